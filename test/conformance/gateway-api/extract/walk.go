package main

import (
	"go/ast"
	"strings"
)

// One request of the suite and what must come of it.
type expectation struct {
	Test string `json:"test"`
	// How it is asked: `http`, `tls`, `grpc`, `mesh`.
	Via      string  `json:"via"`
	At       string  `json:"at"`
	Address  value   `json:"address,omitempty"`
	Client   value   `json:"client,omitempty"`
	Server   value   `json:"serverName,omitempty"`
	Expected value   `json:"expected"`
	Deleted  []value `json:"deleted,omitempty"`
	Changed  string  `json:"changed,omitempty"`
}

// The test that is being read, and what it has done to the cluster so far.
type run struct {
	x       *extraction
	file    *source
	test    string
	deleted []value
	changed string
	// Expected responses that were read where their request is made, before it is asked again.
	made map[value]bool
}

func (r *run) block(list []ast.Stmt, s *scope) {
	for _, statement := range list {
		r.statement(statement, s)
	}
}

func (r *run) statement(statement ast.Stmt, s *scope) {
	switch one := statement.(type) {
	case *ast.AssignStmt:
		r.assign(one, s)
	case *ast.DeclStmt:
		r.declare(one, s)
	case *ast.ExprStmt:
		r.expression(one.X, s)
	case *ast.BlockStmt:
		r.block(one.List, inside(s))
	case *ast.RangeStmt:
		r.rangeOver(one, s)
	case *ast.IfStmt:
		r.branch(one, s)
	case *ast.SwitchStmt:
		r.choose(one, s)
	}
}

func (r *run) assign(one *ast.AssignStmt, s *scope) {
	for position, left := range one.Lhs {
		name, ok := left.(*ast.Ident)
		if !ok || name.Name == "_" {
			continue
		}
		var v value = unknown{"result"}
		if len(one.Lhs) == len(one.Rhs) {
			v = r.x.evaluate(one.Rhs[position], s, r.file)
		} else if position == 0 {
			v = r.x.evaluate(one.Rhs[0], s, r.file)
		}
		if one.Tok.String() == ":=" {
			s.names[name.Name] = v
		} else {
			s.set(name.Name, v)
		}
	}
	for _, right := range one.Rhs {
		r.changes(right, s)
		r.expression(right, s)
	}
}

func (r *run) declare(one *ast.DeclStmt, s *scope) {
	declaration, ok := one.Decl.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range declaration.Specs {
		switch made := spec.(type) {
		case *ast.ValueSpec:
			for position, name := range made.Names {
				s.names[name.Name] = nil
				if position < len(made.Values) {
					s.names[name.Name] = r.x.evaluate(made.Values[position], s, r.file)
				}
			}
		case *ast.TypeSpec:
			r.file.types[made.Name.Name] = made.Type
		}
	}
}

func (r *run) rangeOver(one *ast.RangeStmt, s *scope) {
	items, ok := r.x.evaluate(one.X, s, r.file).([]value)
	if !ok {
		return
	}
	for position, item := range items {
		own := inside(s)
		if key, ok := one.Key.(*ast.Ident); ok {
			own.names[key.Name] = float64(position)
		}
		if name, ok := one.Value.(*ast.Ident); ok {
			own.names[name.Name] = item
		}
		r.block(one.Body.List, own)
	}
}

func (r *run) branch(one *ast.IfStmt, s *scope) {
	own := inside(s)
	if one.Init != nil {
		r.statement(one.Init, own)
	}
	switch r.x.evaluate(one.Cond, own, r.file) {
	case true:
		r.block(one.Body.List, own)
	case false:
		if one.Else != nil {
			r.statement(one.Else, own)
		}
	}
}

func (r *run) choose(one *ast.SwitchStmt, s *scope) {
	if one.Tag == nil {
		return
	}
	tag := r.x.evaluate(one.Tag, s, r.file)
	for _, clause := range one.Body.List {
		for _, candidate := range clause.(*ast.CaseClause).List {
			if r.x.evaluate(candidate, s, r.file) == tag {
				r.block(clause.(*ast.CaseClause).Body, inside(s))
				return
			}
		}
	}
}

func (r *run) expression(e ast.Expr, s *scope) {
	c, ok := e.(*ast.CallExpr)
	if !ok {
		return
	}
	r.changes(e, s)
	name := typeName(c.Fun)
	if strings.HasSuffix(name, ".Run") && len(c.Args) == 2 {
		if made, ok := r.x.evaluate(c.Args[1], s, r.file).(closure); ok {
			r.block(made.body.(*ast.BlockStmt).List, inside(made.scope))
		}
		return
	}
	if own, ok := r.x.functions[r.file.folder+" "+name]; ok {
		r.follow(own, c, s)
		return
	}
	if name == "http.AwaitConvergence" {
		if made, ok := r.x.evaluate(c.Args[len(c.Args)-1], s, r.file).(closure); ok {
			r.block(made.body.(*ast.BlockStmt).List, inside(made.scope))
		}
		return
	}
	if name == "http.MakeRequest" {
		r.expects(name, c, s)
		return
	}
	if strings.HasSuffix(name, "RequestAndExpectEventuallyConsistentResponse") || strings.HasSuffix(name, "ExpectFailure") {
		r.expects(name, c, s)
	}
}

// A call of one of the tests' own functions, with what is known of its arguments.
func (r *run) follow(own function, c *ast.CallExpr, s *scope) {
	inner := inside(nil)
	position := 0
	for _, field := range own.declared.Type.Params.List {
		for _, name := range field.Names {
			if position < len(c.Args) {
				inner.names[name.Name] = r.x.evaluate(c.Args[position], s, r.file)
			}
			position++
		}
	}
	outer := r.file
	r.file = own.file
	r.block(own.declared.Body.List, inner)
	r.file = outer
}

// Creating, changing and deleting objects of the cluster; what comes afterwards is asked of another state.
func (r *run) changes(e ast.Expr, s *scope) {
	ast.Inspect(e, func(node ast.Node) bool {
		c, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		_, name, _ := strings.Cut(typeName(c.Fun), ".Client.")
		switch name {
		case "Delete":
			gone := r.x.evaluate(c.Args[1], s, r.file)
			if made, ok := gone.(*object); ok {
				made.fields["kind"] = made.kind
			}
			r.deleted = append(append([]value{}, r.deleted...), gone)
		case "Create", "Update", "Patch":
			r.changed = "the test itself makes an object of the cluster: " + name
		}
		return true
	})
}

func (r *run) expects(name string, c *ast.CallExpr, s *scope) {
	made := expectation{Test: r.test, Deleted: r.deleted, Changed: r.changed}
	receiver, _, _ := strings.Cut(name, ".")
	from := r.file.imports[receiver]
	switch made.Via = from[strings.LastIndex(from, "/")+1:]; made.Via {
	case "tls":
		made.Server = r.x.evaluate(c.Args[len(c.Args)-2], s, r.file)
	case "":
		made.Via = "mesh"
		made.Client, _ = s.get(receiver)
	}
	for _, argument := range c.Args {
		switch one := r.x.evaluate(argument, s, r.file).(type) {
		case *address:
			made.Address = one
		case *object:
			if strings.HasSuffix(one.kind, "ExpectedResponse") {
				made.Expected, made.At = one, one.at
			}
		case unknown:
		}
	}
	if name == "http.MakeRequest" {
		r.made[made.Expected] = true
	} else if r.made[made.Expected] {
		return
	}
	r.x.found = append(r.x.found, made)
}
