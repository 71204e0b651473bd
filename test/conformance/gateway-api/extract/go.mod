module meshwright/conformance-extract

go 1.26
