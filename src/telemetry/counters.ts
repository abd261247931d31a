/** Every counter with its meaning: the only list, from which the summary, the metrics and the docs are made. */
export const counterMeanings = {
  frames_received: 'packets handed over by the capture source',
  frames_dropped_kernel: 'packets the kernel dropped because the capture ring was full (not part of frames_received)',
  frames_outside_window: 'packets captured outside of --since and --until (not part of frames_received)',
  frames_skipped_loopback_copy: 'second copies of loopback packets',
  frames_skipped_other_host: 'packets that are addressed to other hosts (OTHER_HOSTS)',
  frames_skipped_link_type: 'packets of a link type that is not decoded',
  frames_skipped_not_ip: 'packets that are not IPv4 or IPv6',
  frames_skipped_not_tcp: 'IP packets that are not TCP',
  frames_skipped_too_deep: 'packets inside of more than 8 tunnels',
  frames_skipped_malformed: 'packets with a header that contradicts itself',
  frames_skipped_truncated: 'packets cut inside their headers by the snap length',
  fragments_received: 'IP fragments set aside for reassembly',
  fragments_dropped_timeout: 'IP fragments given up because the rest of the packet did not come',
  fragments_dropped_limit: 'IP fragments given up because too many were waiting',
  fragments_dropped_malformed: 'IP fragments that contradict the others of their packet',
  fragments_dropped_shutdown: 'IP fragments whose packet was not whole when the capture ended',
  fragments_reassembled: 'IP fragments that became part of a whole packet',
  packets_reassembled: 'whole packets made of fragments',
  segments_received: 'TCP segments decoded',
  segments_decapsulated: 'of these, segments found inside of a tunnel (DECAPSULATE)',
  payload_bytes_received: 'TCP payload bytes in decoded segments',
  payload_bytes_delivered: 'payload bytes handed to a protocol, in order',
  payload_bytes_duplicate:
    'payload bytes behind those handed over or given up before (retransmissions, overlaps, keep-alive probes)',
  payload_bytes_ignored: 'payload bytes that nobody parses (TLS, not HTTP, the text of an RST)',
  payload_bytes_dropped_closed:
    'payload bytes behind the end of their connection or side, or still held when it failed',
  payload_bytes_unaccepted:
    'payload bytes that their receiver did not accept (forged, or of another connection between the same ports)',
  gaps: 'holes in a TCP stream that were given up',
  gap_bytes: 'bytes in those holes, where their number is known',
  connections_opened: 'TCP connections seen',
  connections_joined: 'of these, connections that were older than the capture',
  connections_finished: 'connections ended by FIN on both sides',
  connections_reset: 'connections ended by RST',
  connections_replaced: 'connections whose port was used again before their end was seen',
  connections_redirected:
    'connections that turned out to be the same as another one, whose addresses are rewritten on the way',
  connections_idle:
    'connections forgotten after a silence of CONNECTION_IDLE_S, or of a day with an exchange or a session open',
  connections_evicted_count: 'connections forgotten because there were too many',
  connections_evicted_memory: 'connections forgotten because their buffers were over the limit',
  connections_shutdown: 'connections still open when the capture ended',
  connections_one_sided: 'connections of which only one direction is captured, counted as soon as that is known',
  connections_failed: 'connections given up after an error of our own',
  connections_http1: 'connections recognised as HTTP/1.x',
  connections_http2: 'connections recognised as HTTP/2',
  connections_tls: 'connections recognised as TLS',
  connections_own_traffic: 'connections of this logger itself: to where it sends records, and to its metrics port',
  connections_not_http: 'connections that carried bytes and were not HTTP',
  attempts_refused: 'connections that never came up: their SYN was answered by an RST, or by ICMP as undelivered',
  attempts_timeout: 'connections that never came up: their SYN was answered by nothing',
  attempts_unknown:
    'connections that may never have come up: no answer to their SYN was captured, nor is it known that answers are',
  attempts_logged: 'of the refused and unanswered ones, outgoing ones of which a record was made',
  attempts_not_outgoing: 'of these, incoming ones and those whose direction is not known, which are not logged',
  attempts_own_traffic: 'of these, outgoing ones of this logger itself, which are not logged',
  attempts_not_asked_for: 'of these, outgoing ones that are not logged (SESSIONS without `connect`, LOG_SCHEMA=legacy)',
  attempts_over_limit:
    'of these, outgoing ones that were not logged because there were more than 100 in a second, or 10 of one server',
  http_tunnels: 'connections, and streams of HTTP/2, that became something else (CONNECT, Upgrade)',
  sessions_websocket: 'WebSocket sessions that have ended',
  sessions_tunnel: 'tunnels that have ended (CONNECT, other upgrades, what agreed to WebSocket and is none)',
  sessions_logged: 'of these, sessions of which a record was made',
  sessions_ignored_url: 'of these, sessions whose exchanges are left out by IGNORE_URLS',
  sessions_own_traffic: 'of these, sessions of this logger itself, which are not logged',
  sessions_not_asked_for: 'of these, sessions that are not logged (SESSIONS without their kind, LOG_SCHEMA=legacy)',
  http_heads_too_large: 'message heads over the limit',
  http_malformed: 'places where a message could not be parsed',
  http_resynchronised: 'message starts found again after loss or damage',
  http_late_responses:
    'responses that came after their requests had been logged without one, each logged in a second record',
  http_unpaired_requests: 'requests that could not be paired safely after loss',
  exchanges_answered: 'exchanges with a response',
  exchanges_timeout: 'exchanges without a response within TIMEOUT_AFTER_MS',
  exchanges_reset: 'exchanges cut off by RST',
  exchanges_closed: 'exchanges cut off by the end of the connection',
  exchanges_unknown: 'exchanges of which a part was not captured',
  exchanges_ignored_url: 'exchanges left out by IGNORE_URLS',
  exchanges_own_traffic:
    'exchanges of this logger itself, on connections whose addresses were translated on the way, which are not logged',
  progress_logged: 'interim records, of exchanges that had not ended after PROGRESS_INTERVAL_S',
  progress_left_out: 'interim records left out, because there would have been more than 100 in a second',
  records_built: 'records handed to the sinks',
  header_fields_not_logged: 'header fields beyond the first MAX_FIELDS of a message, which its record does not carry',
  internal_errors: 'errors of our own that were contained',
} as const;

export type CounterName = keyof typeof counterMeanings;

/** One number per name; stages add to them directly. */
export type Counters = { [Name in CounterName]: number };

/** Made in one go: with its properties added one by one, it would be a hash table to V8, and each `++` two searches. */
export function createCounters(): Counters {
  return Object.fromEntries(Object.keys(counterMeanings).map((name) => [name, 0])) as Counters;
}
