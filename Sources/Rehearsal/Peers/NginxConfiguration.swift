/// nginx set up to do the gate's job: API key, allowlist, rate limit, body limit, security
/// headers, kept-alive upstream connections.
package struct NginxConfiguration: Sendable {
    package var port: Int
    package var upstreamPort: Int
    package var key: String
    /// Holds the process id, temporary bodies and the error log.
    package var folder: String

    package init(port: Int, upstreamPort: Int, key: String, folder: String) {
        self.port = port
        self.upstreamPort = upstreamPort
        self.key = key
        self.folder = folder
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
            listen 127.0.0.1:\(port) backlog=4096;
            location /mcp {
              allow 127.0.0.0/8;
              allow ::1;
              deny all;
              if ($is_key_valid = 0) { return 401; }
              limit_req zone=address burst=1000000 nodelay;
              add_header X-Content-Type-Options nosniff always;
              add_header Cache-Control no-store always;
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
}
