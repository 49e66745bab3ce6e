# One static binary on an empty image. Build: docker build -t greenroom .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /greenroom ./cmd/greenroom

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /greenroom /greenroom
USER 65532:65532
EXPOSE 8080 9090
ENV GREENROOM_ADDR=:8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["/greenroom", "healthcheck"]
ENTRYPOINT ["/greenroom"]
