// Reads the expectations of the Gateway API conformance suite out of its source: which requests its tests send, and what must come of
// them. Interprets the tests far enough to know their literals, loops and named constants, and says of each literal that it cannot
// follow why. Prints JSON; nothing of the suite is run, and nothing of it is kept.
package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const modulePath = "sigs.k8s.io/gateway-api/conformance"

type source struct {
	folder  string
	imports map[string]string
	types   map[string]ast.Expr
}

type declaration struct {
	expression ast.Expr
	file       *source
}

type function struct {
	declared *ast.FuncDecl
	file     *source
}

type extraction struct {
	root     string
	files    *token.FileSet
	declared map[string]declaration
	// Functions of the tests' own, which they put several requests through.
	functions map[string]function
	literals  map[string]bool
	found     []expectation
}

type testCase struct {
	Name      string `json:"name"`
	Features  value  `json:"features"`
	Manifests value  `json:"manifests"`
}

type missed struct {
	At  string `json:"at"`
	Why string `json:"why"`
}

func main() {
	x := &extraction{root: os.Args[1], files: token.NewFileSet(), declared: map[string]declaration{}, functions: map[string]function{}, literals: map[string]bool{}}
	x.readModule()
	tests := x.readTests()
	missed := x.missed()
	encoder := json.NewEncoder(os.Stdout)
	if err := encoder.Encode(map[string]interface{}{"tests": tests, "expectations": x.found, "missed": missed, "literals": len(x.literals)}); err != nil {
		panic(err)
	}
}

func (x *extraction) place(node ast.Node) string {
	position := x.files.Position(node.Pos())
	relative, _ := filepath.Rel(x.root, position.Filename)
	return relative + ":" + itoa(position.Line) + ":" + itoa(position.Column)
}

func itoa(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func (x *extraction) readModule() {
	err := filepath.WalkDir(x.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		return x.readFile(path)
	})
	if err != nil {
		panic(err)
	}
}

func (x *extraction) readFile(path string) error {
	parsed, err := parser.ParseFile(x.files, path, nil, 0)
	if err != nil {
		return err
	}
	folder, _ := filepath.Rel(x.root, filepath.Dir(path))
	file := &source{folder: folder, imports: map[string]string{}, types: map[string]ast.Expr{}}
	for _, one := range parsed.Imports {
		imported := strings.Trim(one.Path.Value, `"`)
		name := imported[strings.LastIndex(imported, "/")+1:]
		if one.Name != nil {
			name = one.Name.Name
		}
		file.imports[name] = imported
	}
	for _, declared := range parsed.Decls {
		switch one := declared.(type) {
		case *ast.GenDecl:
			x.readDeclaration(one, file)
		case *ast.FuncDecl:
			if one.Recv == nil && one.Body != nil {
				x.functions[folder+" "+one.Name.Name] = function{one, file}
			}
		}
	}
	ast.Inspect(parsed, x.noteLiterals)
	return nil
}

func (x *extraction) readDeclaration(general *ast.GenDecl, file *source) {
	for _, spec := range general.Specs {
		switch one := spec.(type) {
		case *ast.ValueSpec:
			for position, name := range one.Names {
				if position < len(one.Values) {
					x.declared[file.folder+" "+name.Name] = declaration{one.Values[position], file}
				}
			}
		case *ast.TypeSpec:
			file.types[one.Name.Name] = one.Type
		}
	}
}

// Every literal of an expected response, also those that no walk comes to.
func (x *extraction) noteLiterals(node ast.Node) bool {
	lit, ok := node.(*ast.CompositeLit)
	if !ok {
		return true
	}
	if array, ok := lit.Type.(*ast.ArrayType); ok && strings.HasSuffix(typeName(array.Elt), "ExpectedResponse") {
		for _, element := range lit.Elts {
			if inner, ok := element.(*ast.CompositeLit); ok {
				x.literals[x.place(inner)] = true
			}
		}
	} else if strings.HasSuffix(typeName(lit.Type), ".ExpectedResponse") {
		x.literals[x.place(lit)] = true
	}
	return true
}

func (x *extraction) readTests() []testCase {
	tests := []testCase{}
	for _, key := range sortedKeys(x.declared) {
		one := x.declared[key]
		lit, ok := one.expression.(*ast.CompositeLit)
		if !ok || !strings.HasSuffix(typeName(lit.Type), ".ConformanceTest") {
			continue
		}
		parts := map[string]ast.Expr{}
		for _, element := range lit.Elts {
			pair := element.(*ast.KeyValueExpr)
			parts[pair.Key.(*ast.Ident).Name] = pair.Value
		}
		name, _ := x.evaluate(parts["ShortName"], nil, one.file).(string)
		var manifests value = []value{}
		if parts["Manifests"] != nil {
			manifests = x.evaluate(parts["Manifests"], nil, one.file)
		}
		tests = append(tests, testCase{name, x.evaluate(parts["Features"], nil, one.file), manifests})
		if body, file := x.bodyOf(parts["Test"], one.file); body != nil {
			(&run{x: x, file: file, test: name, made: map[value]bool{}}).block(body.List, inside(nil))
		}
	}
	return tests
}

// The function of a test; some take that of another test and bring only their own manifests.
func (x *extraction) bodyOf(e ast.Expr, file *source) (*ast.BlockStmt, *source) {
	switch one := e.(type) {
	case *ast.FuncLit:
		return one.Body, file
	case *ast.SelectorExpr:
		if other, ok := x.declared[file.folder+" "+typeName(one.X)]; ok {
			for _, element := range other.expression.(*ast.CompositeLit).Elts {
				if pair := element.(*ast.KeyValueExpr); pair.Key.(*ast.Ident).Name == "Test" {
					return x.bodyOf(pair.Value, other.file)
				}
			}
		}
	case *ast.Ident:
		if other, ok := x.declared[file.folder+" "+one.Name]; ok {
			return x.bodyOf(other.expression, other.file)
		}
	}
	return nil, nil
}

// Literals that reached no request that could be read, and requests whose literal is not all known.
func (x *extraction) missed() []missed {
	reached := map[string]bool{}
	all := []missed{}
	kept := []expectation{}
	for _, one := range x.found {
		why := whyUnknown(one.Expected)
		switch {
		case one.Expected == nil:
			why = "the expected response is made while the test runs"
		case why == "" && one.Address == nil && one.Client == nil:
			why = "where the request enters is made while the test runs"
		case why == "":
			why = whyUnknown(one.Address) + whyUnknown(one.Client) + whyUnknown(one.Server)
		}
		reached[one.At] = true
		if why != "" {
			all = append(all, missed{one.Test + " " + one.At, why})
		} else {
			kept = append(kept, one)
		}
	}
	for _, at := range sortedKeys(x.literals) {
		if !reached[at] {
			all = append(all, missed{at, "no request that can be followed uses it"})
		}
	}
	x.found = kept
	return all
}

func sortedKeys[V any](all map[string]V) []string {
	keys := make([]string, 0, len(all))
	for key := range all {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
