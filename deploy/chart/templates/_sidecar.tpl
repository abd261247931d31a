{{/*
Name of the ConfigMap, the Secret and what belongs to them: that of the release, so that it is never one that kubectl or another release
has made.
*/}}
{{- define "k8s-internal-http-logger.name" -}}
{{- $own := ternary .Release.Name (printf "%s-http-logger" .Release.Name) (contains "http-logger" .Release.Name) -}}
{{- .Values.name | default $own -}}
{{- end }}

{{/* Labels of everything that the chart makes. */}}
{{- define "k8s-internal-http-logger.labels" -}}
app.kubernetes.io/name: k8s-internal-http-logger
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* The sidecar: one entry of a pod's `containers`. The same container as in deploy/sidecar.yaml. */}}
{{- define "k8s-internal-http-logger.sidecar" -}}
- name: http-logger
  image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  envFrom:
    - configMapRef:
        name: {{ include "k8s-internal-http-logger.name" . }}
    - secretRef:
        name: {{ include "k8s-internal-http-logger.name" . }}
        optional: true
  env:
    - name: POD_NAME
      valueFrom:
        fieldRef:
          fieldPath: metadata.name
    - name: POD_NAMESPACE
      valueFrom:
        fieldRef:
          fieldPath: metadata.namespace
    - name: NODE_NAME
      valueFrom:
        fieldRef:
          fieldPath: spec.nodeName
  {{- with .Values.config.METRICS_PORT | default "19464" | int }}
  ports:
    - name: logger-metrics
      containerPort: {{ . }}
  {{- end }}
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
  securityContext:
    runAsUser: 0
    runAsNonRoot: false
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities:
      drop: ["ALL"]
      add: ["NET_RAW"]
    seccompProfile:
      type: RuntimeDefault
{{- end }}

{{/* What makes it a native sidecar: one entry of a pod's `initContainers`. */}}
{{- define "k8s-internal-http-logger.nativeSidecar" -}}
{{ include "k8s-internal-http-logger.sidecar" . }}
  restartPolicy: Always
  {{- if .Values.config.METRICS_PORT | default "19464" | int }}
  startupProbe:
    httpGet:
      path: /readyz
      port: logger-metrics
    periodSeconds: 1
    failureThreshold: 60
  {{- end }}
{{- end }}
