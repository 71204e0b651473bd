package main

import "encoding/json"

// What an expression of a test is, as far as it can be known without running the test.
type value interface{}

// A composite literal of a struct: its fields by name.
type object struct {
	kind   string
	at     string
	fields map[string]value
}

// A name that other modules define: `codes.Unimplemented`, `features.SupportGateway`.
type symbol struct{ name string }

// Something only a running test knows.
type unknown struct{ why string }

// Where requests enter: what the suite's functions that wait for a Gateway return.
type address struct {
	gateway   value
	listeners []value
}

// A pod of the mesh that sends requests.
type client struct {
	app       value
	namespace value
}

// A function of the test itself.
type closure struct {
	parameters []string
	body       interface{}
	scope      *scope
}

func (o *object) MarshalJSON() ([]byte, error) { return json.Marshal(o.fields) }
func (s symbol) MarshalJSON() ([]byte, error)  { return json.Marshal(s.name) }
func (u unknown) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"unknown": u.why})
}
func (closure) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
func (a *address) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]value{"gateway": a.gateway, "listeners": a.listeners})
}
func (c *client) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]value{"app": c.app, "namespace": c.namespace})
}

// The reason why a value is not all known; empty where it is.
func whyUnknown(v value) string {
	switch one := v.(type) {
	case unknown:
		return one.why
	case *address:
		return whyUnknown(one.gateway) + whyUnknown(one.listeners)
	case *client:
		return whyUnknown(one.app) + whyUnknown(one.namespace)
	case *object:
		for name, field := range one.fields {
			if why := whyUnknown(field); why != "" {
				return name + ": " + why
			}
		}
	case []value:
		for _, item := range one {
			if why := whyUnknown(item); why != "" {
				return why
			}
		}
	case map[string]value:
		for name, item := range one {
			if why := whyUnknown(item); why != "" {
				return name + ": " + why
			}
		}
	}
	return ""
}

type scope struct {
	names  map[string]value
	parent *scope
}

func inside(parent *scope) *scope { return &scope{map[string]value{}, parent} }

func (s *scope) get(name string) (value, bool) {
	for ; s != nil; s = s.parent {
		if found, ok := s.names[name]; ok {
			return found, true
		}
	}
	return nil, false
}

func (s *scope) set(name string, v value) {
	for one := s; one != nil; one = one.parent {
		if _, ok := one.names[name]; ok {
			one.names[name] = v
			return
		}
	}
	s.names[name] = v
}
