// A server or a client of Go's gRPC: `server PORT`, or `client HOST PORT`, of the calls in ../../calls.ts.
package main

import (
	"log"
	"net"
	"os"
)

const service = "peers.Peer"

// raw takes messages as the bytes that they are.
type raw struct{}

func (raw) Name() string                      { return "proto" }
func (raw) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }
func (raw) Unmarshal(bytes []byte, value any) error {
	*value.(*[]byte) = append([]byte(nil), bytes...)
	return nil
}

func main() {
	if os.Args[1] == "server" {
		serve(os.Args[2])
	} else {
		callAll(net.JoinHostPort(os.Args[2], os.Args[3]))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
