module meshwright/istio-path-cases

go 1.26
