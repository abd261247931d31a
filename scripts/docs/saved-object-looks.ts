// How the visualizations of deploy/monitoring/saved-objects.ndjson look, in the parameters of OpenSearch Dashboards
// and Kibana 7.10.

export type Look = {
  readonly type: string;
  /** What its buckets are for: the first and the others. */
  readonly schemas: readonly [string, string];
  readonly params: object;
};
export const bars: Look = {
  type: 'histogram',
  schemas: ['segment', 'group'],
  params: {
    type: 'histogram',
    categoryAxes: [
      {
        id: 'CategoryAxis-1',
        type: 'category',
        position: 'bottom',
        show: true,
        style: {},
        scale: { type: 'linear' },
        labels: { show: true, filter: true, truncate: 100 },
        title: {},
      },
    ],
    valueAxes: [
      {
        id: 'ValueAxis-1',
        name: 'LeftAxis-1',
        type: 'value',
        position: 'left',
        show: true,
        style: {},
        scale: { type: 'linear', mode: 'normal' },
        labels: { show: true, rotate: 0, filter: false, truncate: 100 },
        title: { text: 'Requests' },
      },
    ],
    seriesParams: [
      {
        show: true,
        type: 'histogram',
        mode: 'stacked',
        data: { id: '1', label: 'Requests' },
        valueAxis: 'ValueAxis-1',
        drawLinesBetweenPoints: true,
        lineWidth: 2,
        showCircles: true,
      },
    ],
    grid: { categoryLines: false },
    labels: { show: false },
    thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
    addTooltip: true,
    addLegend: true,
    legendPosition: 'right',
    addTimeMarker: false,
    times: [],
  },
};

export const table: Look = {
  type: 'table',
  schemas: ['bucket', 'bucket'],
  params: {
    perPage: 10,
    showPartialRows: false,
    showMetricsAtAllLevels: false,
    showTotal: false,
    totalFunc: 'sum',
    percentageCol: '',
  },
};

export const pie: Look = {
  type: 'pie',
  schemas: ['segment', 'segment'],
  params: {
    type: 'pie',
    isDonut: true,
    addTooltip: true,
    addLegend: true,
    legendPosition: 'right',
    labels: { show: true, values: true, last_level: true, truncate: 100 },
  },
};
