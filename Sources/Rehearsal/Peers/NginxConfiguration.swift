/// nginx set up to do the gate's job: API key, allowlist, rate limit, body limit, the security
/// headers that the gate sends, kept-alive upstream connections, TLS 1.3 where it is asked for.
package struct NginxConfiguration: Sendable {
    /// The files of a certificate and its key, in PEM form.
    package struct Identity: Sendable {
        package var certificatePath: String
        package var keyPath: String

        package init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    package var port: Int
    package var upstreamPort: Int
    package var key: String
    /// Holds the process id, temporary bodies and the error log.
    package var folder: String
    /// Nil for no TLS.
    package var identity: Identity?

    package init(
        port: Int,
        upstreamPort: Int,
        key: String,
        folder: String,
        identity: Identity? = nil
    ) {
        self.port = port
        self.upstreamPort = upstreamPort
        self.key = key
        self.folder = folder
        self.identity = identity
    }

    /// One worker, no access log; the rate is one that the run cannot reach.
    package var text: String {
        """
        worker_processes 1;
        daemon off;
        pid \(folder)/nginx.pid;
        error_log \(folder)/error.log error;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path \(folder)/body;
          proxy_temp_path \(folder)/proxy;
          fastcgi_temp_path \(folder)/fastcgi;
          uwsgi_temp_path \(folder)/uwsgi;
          scgi_temp_path \(folder)/scgi;
          keepalive_requests 100000000;
          keepalive_timeout 75s;
          tcp_nodelay on;
          client_max_body_size 1m;
          client_body_buffer_size 1m;
          server_tokens off;
          map $http_x_api_key $is_key_valid { default 0; "\(key)" 1; }
          limit_req_zone $binary_remote_addr zone=address:10m rate=1000000r/s;
          upstream mcp {
            server 127.0.0.1:\(upstreamPort);
            keepalive 256;
            keepalive_requests 100000000;
          }
          server {
            listen 127.0.0.1:\(port)\(identity == nil ? "" : " ssl") backlog=4096;
            \(secureLines)
            location /mcp {
              allow 127.0.0.0/8;
              allow ::1;
              deny all;
              if ($is_key_valid = 0) { return 401; }
              limit_req zone=address burst=1000000 nodelay;
              add_header X-Content-Type-Options nosniff always;
              add_header X-Frame-Options DENY always;
              add_header Content-Security-Policy "default-src 'none'" always;
              add_header Referrer-Policy no-referrer always;
              add_header Cache-Control no-store always;
              \(strictTransportLine)
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header X-API-Key "";
              proxy_set_header Authorization "";
              proxy_buffering off;
              proxy_pass http://mcp;
            }
          }
        }
        """
    }

    private var secureLines: String {
        guard let identity else { return "" }
        return """
            ssl_certificate \(identity.certificatePath);
            ssl_certificate_key \(identity.keyPath);
            ssl_protocols TLSv1.3;
            """
    }

    private var strictTransportLine: String {
        identity == nil
            ? "" : "add_header Strict-Transport-Security max-age=31536000 always;"
    }
}
