using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Proxies;

/// <summary>A real nginx with the configuration of docs/proxy.md, its addresses and files apart.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;

    private Nginx(ChildProcess process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

    /// <summary>The nginx blocks of the document, in their order.</summary>
    public static IReadOnlyList<string> Documented { get; } =
        [.. Regex.Matches(
            File.ReadAllText(Path.Combine(ServerProcess.Root, "docs", "proxy.md")), "```nginx\n(.*?)```", RegexOptions.Singleline)
            .Select(m => m.Groups[1].Value)];

    /// <summary>Each request: its protocol, the replica that answered, and the status.</summary>
    public IReadOnlyList<string> Requests => File.ReadAllLines(Path.Combine(_folder.FullName, "access.log"));

    /// <param name="http">What stands in the http block; {folder} is that of the certificate.</param>
    public static async Task<Nginx> StartAsync(string http, int port, (string Certificate, string PrivateKey) tls)
    {
        var folder = Directory.CreateTempSubdirectory("authserver-nginx-");
        string At(string name) => Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(At("cert.pem"), tls.Certificate);
        await File.WriteAllTextAsync(At("key.pem"), tls.PrivateKey);
        await File.WriteAllTextAsync(At("nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid {{At("pid")}};
            error_log stderr warn;
            events { worker_connections 256; }
            http {
                log_format test '$server_port $server_protocol $upstream_addr $status $request_uri';
                access_log {{At("access.log")}} test;
                client_body_temp_path {{At("body")}};
                proxy_temp_path {{At("proxy")}};
                fastcgi_temp_path {{At("fastcgi")}};
                uwsgi_temp_path {{At("uwsgi")}};
                scgi_temp_path {{At("scgi")}};
            {{http.Replace("{folder}", folder.FullName, StringComparison.Ordinal)}}
            }
            """);
        var process = ChildProcess.Start(Program, ["-p", folder.FullName, "-c", At("nginx.conf"), "-e", "stderr"]);
        var nginx = new Nginx(process, folder);
        try
        {
            await process.WaitUntilAsync("nginx takes connections", () => ChildProcess.ListensAsync(port), TimeSpan.FromSeconds(90));
            return nginx;
        }
        catch
        {
            nginx.Dispose();
            throw;
        }
    }

    public static string Program { get; } = ChildProcess.Find("nginx");

    public void Dispose()
    {
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
