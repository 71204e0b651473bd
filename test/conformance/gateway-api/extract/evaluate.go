package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"net/url"
	"strconv"
	"strings"
)

// The value of an expression: literals, named constants of the module, and the few functions that the tests build literals with.
func (x *extraction) evaluate(e ast.Expr, s *scope, file *source) value {
	switch one := e.(type) {
	case *ast.BasicLit:
		return literal(one)
	case *ast.Ident:
		return x.identifier(one.Name, s, file)
	case *ast.ParenExpr:
		return x.evaluate(one.X, s, file)
	case *ast.UnaryExpr:
		return x.unary(one, s, file)
	case *ast.BinaryExpr:
		return binary(one.Op, x.evaluate(one.X, s, file), x.evaluate(one.Y, s, file))
	case *ast.CompositeLit:
		return x.composite(one, nil, s, file)
	case *ast.SelectorExpr:
		return x.selector(one, s, file)
	case *ast.IndexExpr:
		return x.index(one, s, file)
	case *ast.StarExpr:
		return x.evaluate(one.X, s, file)
	case *ast.CallExpr:
		return x.call(one, s, file)
	case *ast.FuncLit:
		return closureOf(one, s)
	}
	return unknown{fmt.Sprintf("%T", e)}
}

func closureOf(f *ast.FuncLit, s *scope) value {
	var names []string
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return closure{names, f.Body, s}
}

func literal(l *ast.BasicLit) value {
	switch l.Kind {
	case token.STRING:
		if text, err := strconv.Unquote(l.Value); err == nil {
			return text
		}
	case token.INT:
		if number, err := strconv.ParseInt(l.Value, 0, 64); err == nil {
			return float64(number)
		}
	case token.FLOAT:
		if number, err := strconv.ParseFloat(l.Value, 64); err == nil {
			return number
		}
	}
	return unknown{"literal " + l.Value}
}

func (x *extraction) identifier(name string, s *scope, file *source) value {
	switch name {
	case "true":
		return true
	case "false":
		return false
	case "nil":
		return nil
	}
	if found, ok := s.get(name); ok {
		return found
	}
	return x.constant(file.folder, name)
}

// A constant or variable of a package of the module, evaluated where it stands.
func (x *extraction) constant(folder, name string) value {
	declared, ok := x.declared[folder+" "+name]
	if !ok {
		return unknown{"name " + name}
	}
	return x.evaluate(declared.expression, nil, declared.file)
}

func (x *extraction) unary(one *ast.UnaryExpr, s *scope, file *source) value {
	inner := x.evaluate(one.X, s, file)
	switch one.Op {
	case token.AND:
		return inner
	case token.NOT:
		if truth, ok := inner.(bool); ok {
			return !truth
		}
	}
	return unknown{"operator " + one.Op.String()}
}

func binary(op token.Token, a, b value) value {
	if why := whyUnknown(a) + whyUnknown(b); why != "" {
		return unknown{why}
	}
	switch op {
	case token.EQL:
		return a == b
	case token.NEQ:
		return a != b
	case token.ADD:
		if left, ok := a.(string); ok {
			return left + fmt.Sprint(b)
		}
	case token.GTR:
		left, isLeft := a.(float64)
		right, isRight := b.(float64)
		if isLeft && isRight {
			return left > right
		}
	}
	return unknown{"operator " + op.String()}
}

// A literal, whose type may be left out inside of another one (`elided`).
func (x *extraction) composite(lit *ast.CompositeLit, elided ast.Expr, s *scope, file *source) value {
	kind := lit.Type
	if kind == nil {
		kind = elided
	}
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if name, ok := kind.(*ast.Ident); ok && file.types[name.Name] != nil {
		if _, isStruct := file.types[name.Name].(*ast.StructType); !isStruct {
			kind = file.types[name.Name]
		}
	}
	if typeName(kind) == "url.Values" {
		kind = &ast.MapType{Value: &ast.ArrayType{Elt: ast.NewIdent("string")}}
	}
	switch one := kind.(type) {
	case *ast.ArrayType:
		items := []value{}
		for _, element := range lit.Elts {
			items = append(items, x.element(element, one.Elt, s, file))
		}
		return items
	case *ast.MapType:
		entries := map[string]value{}
		for _, element := range lit.Elts {
			pair := element.(*ast.KeyValueExpr)
			entries[fmt.Sprint(x.evaluate(pair.Key, s, file))] = x.element(pair.Value, one.Value, s, file)
		}
		return entries
	}
	made := &object{kind: typeName(kind), at: x.place(lit), fields: map[string]value{}}
	if strings.HasSuffix(made.kind, "ExpectedResponse") {
		x.literals[made.at] = true
	}
	names := x.fieldNames(kind, file)
	for position, element := range lit.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, isField := pair.Key.(*ast.Ident); isField {
				made.fields[key.Name] = x.element(pair.Value, nil, s, file)
			} else {
				made.fields["?"] = unknown{"a literal of a type that is declared elsewhere"}
			}
		} else if position < len(names) {
			made.fields[names[position]] = x.element(element, nil, s, file)
		}
	}
	return made
}

func (x *extraction) element(e ast.Expr, elided ast.Expr, s *scope, file *source) value {
	if lit, ok := e.(*ast.CompositeLit); ok {
		return x.composite(lit, elided, s, file)
	}
	return x.evaluate(e, s, file)
}

func typeName(e ast.Expr) string {
	switch one := e.(type) {
	case *ast.Ident:
		return one.Name
	case *ast.SelectorExpr:
		return typeName(one.X) + "." + one.Sel.Name
	}
	return ""
}

func (x *extraction) fieldNames(kind ast.Expr, file *source) []string {
	if name, ok := kind.(*ast.Ident); ok {
		kind = file.types[name.Name]
	}
	shape, ok := kind.(*ast.StructType)
	if !ok {
		return nil
	}
	var names []string
	for _, field := range shape.Fields.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

func (x *extraction) selector(one *ast.SelectorExpr, s *scope, file *source) value {
	if base, ok := one.X.(*ast.Ident); ok {
		if _, isLocal := s.get(base.Name); !isLocal {
			if path, isImport := file.imports[base.Name]; isImport {
				folder, isOurs := strings.CutPrefix(path, modulePath+"/")
				if !isOurs {
					return symbol{base.Name + "." + one.Sel.Name}
				}
				return x.constant(folder, one.Sel.Name)
			}
		}
	}
	switch base := x.evaluate(one.X, s, file).(type) {
	case *object:
		return base.fields[one.Sel.Name]
	case unknown:
		return base
	}
	return unknown{"field " + one.Sel.Name}
}

func (x *extraction) index(one *ast.IndexExpr, s *scope, file *source) value {
	items, isList := x.evaluate(one.X, s, file).([]value)
	position, isNumber := x.evaluate(one.Index, s, file).(float64)
	if isList && isNumber && int(position) < len(items) {
		return items[int(position)]
	}
	return unknown{"index"}
}

func (x *extraction) call(c *ast.CallExpr, s *scope, file *source) value {
	name := typeName(c.Fun)
	if target, ok := x.waits(name, c, s, file); ok {
		return target
	}
	arguments := make([]value, 0, len(c.Args))
	for _, argument := range c.Args {
		arguments = append(arguments, x.evaluate(argument, s, file))
	}
	switch name {
	case "append":
		return appended(arguments, c.Ellipsis.IsValid())
	case "len":
		switch one := arguments[0].(type) {
		case []value:
			return float64(len(one))
		case string:
			return float64(len(one))
		}
	case "strings.Split":
		text, isText := arguments[0].(string)
		by, isBy := arguments[1].(string)
		if isText && isBy {
			items := []value{}
			for _, part := range strings.Split(text, by) {
				items = append(items, part)
			}
			return items
		}
	case "fmt.Sprintf":
		if format, ok := arguments[0].(string); ok {
			plain := make([]interface{}, 0, len(arguments))
			for _, argument := range arguments[1:] {
				if why := whyUnknown(argument); why != "" {
					return unknown{why}
				}
				plain = append(plain, argument)
			}
			return fmt.Sprintf(format, plain...)
		}
	case "string", "int32", "new", "ptr.To":
		return arguments[0]
	}
	if strings.HasPrefix(name, "v1.") && len(arguments) == 1 {
		return arguments[0] // a conversion to one of the API's own kinds of text
	}
	if one, ok := c.Fun.(*ast.SelectorExpr); ok && one.Sel.Name == "Encode" {
		if query, isKnown := queryOf(x.evaluate(one.X, s, file)); isKnown {
			return query
		}
	}
	return unknown{"result of " + name}
}

// The text of url.Values.
func queryOf(v value) (string, bool) {
	entries, ok := v.(map[string]value)
	if !ok {
		return "", false
	}
	query := url.Values{}
	for name, texts := range entries {
		all, _ := texts.([]value)
		for _, text := range all {
			query.Add(name, fmt.Sprint(text))
		}
	}
	return query.Encode(), true
}

func appended(arguments []value, spread bool) value {
	list, ok := arguments[0].([]value)
	if !ok && arguments[0] != nil {
		return unknown{"append"}
	}
	list = append([]value{}, list...)
	if !spread {
		return append(list, arguments[1:]...)
	}
	more, ok := arguments[1].([]value)
	if !ok {
		return unknown{"append"}
	}
	return append(list, more...)
}

// The suite's own functions that say where requests enter.
func (x *extraction) waits(name string, c *ast.CallExpr, s *scope, file *source) (value, bool) {
	switch name {
	case "kubernetes.NewGatewayRef":
		made := &address{gateway: x.evaluate(c.Args[0], s, file), listeners: []value{}}
		for _, listener := range c.Args[1:] {
			made.listeners = append(made.listeners, x.evaluate(listener, s, file))
		}
		return made, true
	case "echo.ConnectToApp":
		return &client{x.evaluate(c.Args[2], s, file), x.constant("utils/suite", "MeshNamespace")}, true
	case "echo.ConnectToAppInNamespace":
		return &client{x.evaluate(c.Args[2], s, file), x.evaluate(c.Args[3], s, file)}, true
	}
	if strings.HasPrefix(name, "kubernetes.Gateway") && strings.Contains(name, "MustBe") {
		for _, argument := range c.Args {
			if made, ok := x.evaluate(argument, s, file).(*address); ok {
				return made, true
			}
		}
	}
	return nil, false
}
