// What the server answers.
package main

import (
	"context"
	"fmt"
	"io"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const failure = "no “Zürich” here at 100 %"

func serve(port string) {
	listener, err := net.Listen("tcp", ":"+port)
	check(err)
	server := grpc.NewServer(grpc.ForceServerCodec(raw{}))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service,
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{
			unary("Echo", echo), unary("Large", echo), unary("Annotate", annotate), unary("Fail", fail), unary("Silence", silence),
		},
		Streams: []grpc.StreamDesc{
			{StreamName: "Collect", Handler: collect, ClientStreams: true},
			{StreamName: "Spread", Handler: spread, ServerStreams: true},
			{StreamName: "Chat", Handler: chat, ClientStreams: true, ServerStreams: true},
			{StreamName: "Leave", Handler: stay, ClientStreams: true, ServerStreams: true},
		},
	}, struct{}{})
	fmt.Println(`{"listening":true}`)
	check(server.Serve(listener))
}

type answer func(context.Context, []byte) ([]byte, error)

func unary(name string, give answer) grpc.MethodDesc {
	handle := func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var request []byte
		if err := decode(&request); err != nil {
			return nil, err
		}
		response, err := give(ctx, request)
		return &response, err
	}
	return grpc.MethodDesc{MethodName: name, Handler: handle}
}

func echo(_ context.Context, request []byte) ([]byte, error) { return request, nil }

func annotate(ctx context.Context, request []byte) ([]byte, error) {
	found := metadata.MD{}
	asked, _ := metadata.FromIncomingContext(ctx)
	for _, name := range []string{"x-text", "x-data-bin"} {
		found.Append(name, asked.Get(name)...)
	}
	check(grpc.SendHeader(ctx, found))
	check(grpc.SetTrailer(ctx, found))
	return request, nil
}

func fail(context.Context, []byte) ([]byte, error) { return nil, status.Error(codes.NotFound, failure) }

func silence(ctx context.Context, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func collect(_ any, stream grpc.ServerStream) error {
	var last []byte
	for {
		if err := stream.RecvMsg(&last); err == io.EOF {
			return stream.SendMsg(&last)
		} else if err != nil {
			return err
		}
	}
}

func spread(_ any, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	for range 5 {
		if err := stream.SendMsg(&request); err != nil {
			return err
		}
	}
	return nil
}

func chat(_ any, stream grpc.ServerStream) error {
	var bytes []byte
	for {
		if err := stream.RecvMsg(&bytes); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.SendMsg(&bytes); err != nil {
			return err
		}
	}
}

// stay does the same, and waits for the client to cancel.
func stay(service any, stream grpc.ServerStream) error {
	if err := chat(service, stream); err != nil {
		return err
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}
