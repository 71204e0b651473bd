// Prints a Go program that prints the cases of Istio's test of path normalization as JSON. Most of them are made by a loop of that test,
// so its own statements are taken over; what it does with a cluster is left out.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"strconv"
	"strings"
)

const test = "TestNormalization"

func main() {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, os.Args[1], nil, 0)
	if err != nil {
		panic(err)
	}
	show := func(node any) string {
		var text strings.Builder
		if err := printer.Fprint(&text, files, node); err != nil {
			panic(err)
		}
		return text.String()
	}
	fmt.Print(head)
	for _, declared := range parsed.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok && function.Name.Name != test {
			fmt.Println(show(function))
		} else if ok {
			fmt.Println("func main() {")
			for _, statement := range statementsOf(function.Body) {
				fmt.Println(show(statement))
			}
			fmt.Println(tail)
		}
	}
}

// The statements that make cases: all but the call that runs them, and from within it the table.
func statementsOf(body *ast.BlockStmt) []ast.Stmt {
	kept := []ast.Stmt{}
	for _, statement := range body.List {
		if _, isCall := statement.(*ast.ExprStmt); !isCall {
			kept = append(kept, statement)
			continue
		}
		ast.Inspect(statement, func(node ast.Node) bool {
			if table, ok := node.(*ast.AssignStmt); ok && isNamed(table.Lhs[0], "cases") {
				nameModes(table)
				kept = append(kept, table)
				return false
			}
			return true
		})
	}
	return kept
}

func isNamed(e ast.Expr, name string) bool {
	one, ok := e.(*ast.Ident)
	return ok && one.Name == name
}

// Modes are constants of another module, and are told by their names here.
func nameModes(table *ast.AssignStmt) {
	ast.Inspect(table, func(node ast.Node) bool {
		switch one := node.(type) {
		case *ast.Field:
			if _, ok := one.Type.(*ast.SelectorExpr); ok {
				one.Type = ast.NewIdent("string")
			}
		case *ast.CompositeLit:
			for position, element := range one.Elts {
				one.Elts[position] = modeName(element)
			}
		case *ast.KeyValueExpr:
			one.Value = modeName(one.Value)
		}
		return true
	})
}

func modeName(e ast.Expr) ast.Expr {
	one, ok := e.(*ast.SelectorExpr)
	if !ok {
		return e
	}
	_, mode, _ := strings.Cut(one.Sel.Name, "NormalizationType_")
	if mode == "" {
		_, mode, _ = strings.Cut(one.Sel.Name, "ProxyPathNormalization_")
	}
	return &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(mode)}
}

const head = `package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
)

type failing struct{}

func (failing) Errorf(text string, arguments ...any) { panic(fmt.Sprintf(text, arguments...)) }

var t failing
`

const tail = `	told := []map[string]string{}
	for _, one := range cases {
		for _, pair := range one.expectations {
			told = append(told, map[string]string{"group": one.name, "mode": one.ntype, "in": pair.in, "out": pair.out})
		}
	}
	_ = strings.ToLower
	_ = url.Parse
	json.NewEncoder(os.Stdout).Encode(told)
}`
