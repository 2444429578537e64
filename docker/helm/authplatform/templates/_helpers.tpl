{{- /* Go's own functions alone, none that helm adds: tests/containers/render.mjs renders the chart by Go's engine, without helm. */ -}}

{{- define "authplatform.image" -}}
{{ .Values.image.repository }}:{{ or .Values.image.tag .Chart.AppVersion }}
{{- end -}}

{{- define "authplatform.labels" }}
    helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
    app.kubernetes.io/version: {{ printf "%q" .Chart.AppVersion }}
    app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- /* What the containers of the server and of the migration have alike. */ -}}
{{- define "authplatform.container" }}
          image: {{ template "authplatform.image" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          resources:
            requests:
            {{- range $name, $value := .Values.resources.requests }}
              {{ $name }}: {{ printf "%q" $value }}
            {{- end }}
            limits:
            {{- range $name, $value := .Values.resources.limits }}
              {{ $name }}: {{ printf "%q" $value }}
            {{- end }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
{{- end -}}

{{- define "authplatform.pod" }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- if .Values.image.pullSecrets }}
      imagePullSecrets:
      {{- range .Values.image.pullSecrets }}
        - name: {{ printf "%q" . }}
      {{- end }}
      {{- end }}
      {{- if .Values.nodeSelector }}
      nodeSelector:
      {{- range $name, $value := .Values.nodeSelector }}
        {{ $name }}: {{ printf "%q" $value }}
      {{- end }}
      {{- end }}
      {{- if .Values.tolerations }}
      tolerations:
      {{- range .Values.tolerations }}
        - operator: {{ or .operator "Equal" }}
          {{- range $name, $value := . }}
          {{- if ne $name "operator" }}
          {{ $name }}: {{ printf "%q" $value }}
          {{- end }}
          {{- end }}
      {{- end }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1654
        runAsGroup: 1654
        # The files of the Secret are readable by this group.
        fsGroup: 1654
        seccompProfile:
          type: RuntimeDefault
{{- end -}}

{{- define "authplatform.secrets" }}
        - name: secrets
          secret:
            secretName: {{ .Values.secret.name }}
            # 0440
            defaultMode: 288
{{- end -}}
