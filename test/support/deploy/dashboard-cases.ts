type Values = { readonly [labels: string]: number };

const pod = 'namespace="demo",pod="shop-1"';
const unanswered = `http_logger_unanswered_requests_total{${pod},http_request_method="GET"`;
const served = 'http_server_request_duration_seconds_count';
const route = 'http_request_method="GET",http_route="/"';

/**
 * What two pods have counted, each minute, and what panels of the dashboard show of that, for each legend: a second.
 *
 * shop-1 is asked 7 times a second: 3 times it answers in time (200, 503, no status that could be read), 4 times it
 * does not, of which 2 are answered late (200, 503). It asks 2 times a second, without an answer in time; one comes
 * late, with a 503. shop-2 is asked once, and answers.
 */
export const dashboardCases: {
  readonly series: readonly (readonly [name: string, perMinute: number])[];
  readonly expected: { readonly [title: string]: { readonly [legend: string]: Values } };
} = {
  series: [
    [`${served}{${pod},${route},http_response_status_code="200"}`, 120],
    [`${served}{${pod},${route},http_response_status_code="503"}`, 120],
    [`${served}{${pod},${route}}`, 60],
    [`http_logger_requests_answered_late_total{${pod},direction="incoming",http_response_status_class="2xx"}`, 60],
    [`http_logger_requests_answered_late_total{${pod},direction="incoming",http_response_status_class="5xx"}`, 60],
    [`${unanswered},direction="incoming",outcome="timeout"}`, 180],
    [`${unanswered},direction="incoming",outcome="reset"}`, 60],
    [`http_client_request_duration_seconds_count{${pod},${route},http_response_status_code="503"}`, 60],
    [`http_logger_requests_answered_late_total{${pod},direction="outgoing",http_response_status_class="5xx"}`, 60],
    [`${unanswered},direction="outgoing",outcome="timeout"}`, 120],
    [`http_logger_failed_connections_total{${pod},server="10.0.0.9:80",outcome="refused"}`, 600],
    [`${served}{namespace="demo",pod="shop-2",${route},http_response_status_code="200"}`, 60],
  ],
  expected: {
    'Incoming: requests by class of status': {
      '{{http_response_status_class}}': {
        '{http_response_status_class="2xx"}': 2,
        '{http_response_status_class="5xx"}': 1,
        '{http_response_status_class="other"}': 1,
      },
      none: { '{}': 4 },
    },
    'Incoming: errors': { '{{pod}}': { '{pod="shop-1"}': 1 / 7 } },
    'Incoming: busiest routes': {
      '{{http_request_method}} {{http_route}}': { '{http_request_method="GET",http_route="/"}': 6 },
    },
    'Outgoing: requests by class of status': {
      '{{http_response_status_class}}': { '{http_response_status_class="5xx"}': 0 },
      none: { '{}': 2 },
    },
    'Outgoing: errors': { '{{pod}}': { '{pod="shop-1"}': 0 } },
    'Without a response': {
      '{{direction}} {{outcome}}': {
        '{direction="incoming",outcome="timeout"}': 3,
        '{direction="incoming",outcome="reset"}': 1,
        '{direction="outgoing",outcome="timeout"}': 2,
      },
    },
    'Answered late': {
      '{{direction}} {{http_response_status_class}}': {
        '{direction="incoming",http_response_status_class="2xx"}': 1,
        '{direction="incoming",http_response_status_class="5xx"}': 1,
        '{direction="outgoing",http_response_status_class="5xx"}': 1,
      },
    },
    'Connections that never came up': {
      '{{server}} {{outcome}}': { '{server="10.0.0.9:80",outcome="refused"}': 10 },
    },
  },
};
