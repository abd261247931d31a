// The calls of the client, one after the other.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const deadline = 200 * time.Millisecond

// report is what a client says of a call.
type report struct {
	Method        string `json:"method"`
	Status        int    `json:"status"`
	Message       string `json:"message"`
	Sent          int    `json:"sent"`
	Received      int    `json:"received"`
	SentBytes     int    `json:"sent_bytes"`
	ReceivedBytes int    `json:"received_bytes"`
}

func callAll(address string) {
	connection, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{})),
		grpc.WithNoProxy())
	check(err)
	caller := caller{connection}
	background := context.Background()
	caller.unary(background, "Echo", message(0))
	annotated := metadata.AppendToOutgoingContext(background, "x-text", "plain words", "x-data-bin", "\x00\x01\xfe\xff")
	caller.unary(annotated, "Annotate", message(0))
	caller.unary(background, "Fail", message(0))
	caller.unary(background, "Large", append([]byte{0x0a, 0x80, 0x80, 0x40}, strings.Repeat("x", 1<<20)...))
	caller.stream("Collect", 5, (*call).sendAll)
	caller.stream("Spread", 1, (*call).sendAll)
	caller.stream("Chat", 5, (*call).talk)
	limited, cancel := context.WithTimeout(background, deadline)
	caller.unary(limited, "Silence", message(0))
	cancel()
	caller.stream("Leave", 2, (*call).talk)
	caller.unary(background, "Missing", message(0))
	check(connection.Close())
}

type caller struct{ connection *grpc.ClientConn }

func (caller caller) unary(ctx context.Context, method string, request []byte) {
	said := report{Method: method, Sent: 1, SentBytes: len(request)}
	var response []byte
	err := caller.connection.Invoke(ctx, path(method), &request, &response)
	if err == nil {
		said.Received, said.ReceivedBytes = 1, len(response)
	}
	said.print(err)
}

// call is one that is not unary.
type call struct {
	report
	stream grpc.ClientStream
	count  int
	cancel context.CancelFunc
}

func (caller caller) stream(method string, count int, run func(*call) error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	description := &grpc.StreamDesc{ClientStreams: method != "Spread", ServerStreams: method != "Collect"}
	stream, err := caller.connection.NewStream(ctx, description, path(method))
	check(err)
	made := &call{report{Method: method}, stream, count, cancel}
	made.print(run(made))
}

func (call *call) sendAll() error {
	for range call.count {
		call.send()
	}
	check(call.stream.CloseSend())
	return call.receiveAll()
}

// talk sends the next message when the one before has come back.
func (call *call) talk() error {
	for range call.count {
		call.send()
		check(call.receive())
	}
	if call.Method == "Leave" {
		call.cancel()
	} else {
		check(call.stream.CloseSend())
	}
	return call.receiveAll()
}

func (call *call) send() {
	bytes := message(call.Sent)
	check(call.stream.SendMsg(&bytes))
	call.Sent++
	call.SentBytes += len(bytes)
}

func (call *call) receive() error {
	var bytes []byte
	if err := call.stream.RecvMsg(&bytes); err != nil {
		return err
	}
	call.Received++
	call.ReceivedBytes += len(bytes)
	return nil
}

func (call *call) receiveAll() error {
	for {
		if err := call.receive(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		} else if call.Method == "Collect" {
			return nil
		}
	}
}

func (said report) print(err error) {
	said.Status = int(status.Code(err))
	said.Message = status.Convert(err).Message()
	check(json.NewEncoder(os.Stdout).Encode(said))
}

func message(index int) []byte {
	text := fmt.Sprintf("message %d", index)
	return append([]byte{0x0a, byte(len(text))}, text...)
}

func path(method string) string { return "/" + service + "/" + method }
