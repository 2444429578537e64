using AuthServer.Configuration;
using AuthServer.Hosting.Certificates;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Listening;

namespace AuthServer.Hosting.Probes;

/// <summary>Asks the server of this machine whether it is ready, from another process with the same environment.</summary>
public static class OwnReadiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>Null when it is ready; otherwise what the question met.</returns>
    public static async Task<string?> AskAsync(string[] args)
    {
        var address = Address(Configuration(args));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        // The certificate is for the name that the world uses, and nothing is sent to the loopback address but the question.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        if (address.IsUnixPipe) handler.ConnectCallback = (_, cancellation) => UnixStreams.ConnectAsync(address.UnixPipePath, cancellation);
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(Question(address));
            return answer.IsSuccessStatusCode ? null : $"{address} answers {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return $"{address} does not answer: {e.Message}";
        }
    }

    // What a start reads of it, without the rest: this runs every few seconds.
    private static IConfigurationRoot Configuration(string[] args) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(args).Build();

    private static BindingAddress Address(IConfiguration configuration)
    {
        var tls = new SettingsReader(configuration).Read<TlsOptions>();
        var all = Listeners.Of(configuration, tls).Addresses;
        // Without the handshake where there is a choice.
        return all.FirstOrDefault(a => a.Scheme == Uri.UriSchemeHttp) ?? all[0];
    }

    private static Uri Question(BindingAddress address)
    {
        // An address of every interface ("+", "*", "0.0.0.0", "[::]") is no address to connect to.
        var host = address.IsUnixPipe || Uri.CheckHostName(address.Host.Trim('[', ']')) == UriHostNameType.Unknown
            || address.Host is "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.IsUnixPipe ? -1 : address.Port, ProbePaths.Ready).Uri;
    }
}
