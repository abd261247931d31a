#!/bin/sh
# Shows the HTTP exchanges of a pod that is running already, one readable line each, until Ctrl-C. Nothing is restarted:
#   deploy/debug.sh POD [-n NAMESPACE]
# Needs kubectl 1.31 or newer and the right to patch `pods/ephemeralcontainers`. IMAGE is where your cluster finds the image.
set -eu
: "${1:?usage: debug.sh POD [-n NAMESPACE]}"
folder=$(dirname "$0")
colour=0
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then colour=1; fi
# The container ends when these lines stop (STDIN_TIMEOUT_S in debug/container.yaml), whatever has ended them: Ctrl-C, a closed terminal, a
# lost connection.
while echo; do sleep 1; done |
  kubectl debug "$@" --stdin --profile=general \
    --image="${IMAGE:-k8s-internal-http-logger:0.1.0}" \
    --env="FORCE_COLOR=$colour" \
    --custom="$folder/debug/container.yaml" \
    --arguments-only -- --pretty
