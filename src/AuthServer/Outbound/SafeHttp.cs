using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using AuthServer.Configuration;

namespace AuthServer.Outbound;

/// <summary>
/// Sends requests to addresses that somebody else has named. Whoever names an address must not reach through this server what they cannot
/// reach themselves, nor hold it up (server-side request forgery).
/// </summary>
/// <remarks>
/// No proxy, not even one of the environment: it would look up the name itself. No cookies, no credentials, no trace of the request that is
/// being answered. No decompression, so that what is counted is what is kept.
/// </remarks>
public sealed class SafeHttp : IDisposable
{
    private const int LongestAddress = 2048;
    private const int LongestHeadersInKilobytes = 16;

    // Ports below belong to other protocols than HTTP, some of which do what a line of text says.
    private const int FirstFreePort = 1024;

    private static readonly ProductInfoHeaderValue UserAgent = new("AuthPlatform", ProductVersion.Text);

    private readonly AllowedHosts _allowed;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly Lazy<SafeHttp> _publicHosts;

    public SafeHttp(OutboundOptions options, HostLookup lookup, TimeProvider time) : this(options, lookup, time, new())
    {
    }

    /// <param name="tls">Which certificates hold: those that the system trusts, unless it says otherwise.</param>
    internal SafeHttp(OutboundOptions options, HostLookup lookup, TimeProvider time, SslClientAuthenticationOptions tls)
        : this(options.Allowed, lookup, time, tls)
    {
    }

    private SafeHttp(AllowedHosts allowed, HostLookup lookup, TimeProvider time, SslClientAuthenticationOptions tls)
    {
        (_allowed, _time) = (allowed, time);
        _publicHosts = new(() => new(AllowedHosts.None, lookup, time, tls));
        _http = new(new SocketsHttpHandler
        {
            SslOptions = tls,
            ConnectCallback = new HostConnections(_allowed, lookup).ConnectAsync,
            // A connection goes on being made when the request that wanted it has been given up.
            ConnectTimeout = TimeSpan.FromSeconds(5),
            UseProxy = false, UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            MaxResponseHeadersLength = LongestHeadersInKilobytes, MaxResponseDrainSize = 0, MaxConnectionsPerServer = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        });
    }

    /// <summary>
    /// The same for hosts of the internet alone: for addresses that anybody may name, whom the operator has not let in to hosts inside.
    /// </summary>
    public SafeHttp OfPublicHosts => _publicHosts.Value;

    /// <summary>What is wrong with an address, as far as it can be told without a look-up; null: nothing.</summary>
    public string? FaultOf(Uri address)
    {
        if (!address.IsAbsoluteUri || address.OriginalString.Length > LongestAddress) return "it is not an absolute address, or too long";
        if (address.UserInfo.Length > 0) return "it has a user name or password in it";
        if (address.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)) return "it has no host";
        var (host, port) = (address.IdnHost, address.Port);
        if (_allowed.HasHost(host, port) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)) return null;
        if (address.Scheme != Uri.UriSchemeHttps) return $"it is not https, and {OutboundOptions.Key} does not name its host";
        if (IPAddress.TryParse(host, out var literal) && !PublicAddresses.Contains(literal)) return $"{literal} is not public";
        return port is 443 or >= FirstFreePort ? null : $"port {port} is neither 443 nor above {FirstFreePort - 1}";
    }

    public async Task<OutboundAnswer> SendAsync(OutboundRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(request.TimeLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await FollowAsync(request, both.Token);
        }
        catch (OutboundFaultException fault)
        {
            return fault.Answer;
        }
        catch (HttpRequestException error)
        {
            return error.InnerException is OutboundFaultException fault ? fault.Answer : Failed(error.HttpRequestError);
        }
        catch (HttpIOException error)
        {
            return Failed(error.HttpRequestError);
        }
        catch (IOException)
        {
            return new OutboundAnswer.Failed(OutboundFault.Broken, "The connection broke off.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OutboundAnswer.Failed(OutboundFault.TooSlow, $"The answer was not complete in {request.TimeLimit.TotalSeconds} s.");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        if (_publicHosts.IsValueCreated) _publicHosts.Value.Dispose();
    }

    private async Task<OutboundAnswer> FollowAsync(OutboundRequest request, CancellationToken cancellationToken)
    {
        var isFollowing = request.Method == HttpMethod.Get && request.Content is null && request.Authorization is null;
        var (address, left) = (request.Address, isFollowing ? request.Redirects : 0);
        while (true)
        {
            if (FaultOf(address) is { } fault) throw new OutboundFaultException(OutboundFault.AddressRefused, $"The address: {fault}.");
            using var message = NewMessage(request, address);
            using var answer = await _http.SendAsync(message, cancellationToken);
            if (!IsRedirect(answer.StatusCode)) return await ReadAsync(request, answer, cancellationToken);
            if (left-- == 0 || answer.Headers.Location is not { } location || !Uri.TryCreate(address, location, out var next))
            {
                throw new OutboundFaultException(OutboundFault.Redirected, "The answer is a redirect that is not followed.");
            }
            address = next;
        }
    }

    private static HttpRequestMessage NewMessage(OutboundRequest request, Uri address)
    {
        var message = new HttpRequestMessage(request.Method, address)
        {
            Content = request.Content, Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Headers.UserAgent.Add(UserAgent);
        message.Headers.AcceptEncoding.Add(new("identity"));
        foreach (var type in request.MediaTypes ?? []) message.Headers.Accept.Add(new(type));
        if (request.Authorization is { } authorization) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        return message;
    }

    private async Task<OutboundAnswer> ReadAsync(
        OutboundRequest request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var headers = answer.Content.Headers;
        var type = headers.ContentType?.MediaType;
        if (request.IsForStatus)
        {
            return new OutboundAnswer.Answered((int)answer.StatusCode, type, [], Freshness.Of(answer, _time.GetUtcNow()));
        }
        if (headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new OutboundFaultException(OutboundFault.WrongType, "The answer is compressed, which was not asked for.");
        }
        if (answer.IsSuccessStatusCode && request.MediaTypes is { } types && !types.Contains(type, StringComparer.OrdinalIgnoreCase)
            && !HasSuffix(type, request.MediaSuffix))
        {
            throw new OutboundFaultException(OutboundFault.WrongType, $"The answer is not {string.Join(" or ", types)}.");
        }

        var body = await ReadBodyAsync(answer.Content, request.LongestBody, cancellationToken);
        return new OutboundAnswer.Answered((int)answer.StatusCode, type, body, Freshness.Of(answer, _time.GetUtcNow()));
    }

    private static bool HasSuffix(string? type, string? suffix) => type is not null && suffix is not null
        && type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, int longest, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > longest) throw TooLong(longest);
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[Math.Min(longest + 1, 16 * 1024)];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            if (body.Length + length > longest) throw TooLong(longest);
            body.Write(buffer, 0, length);
        }

        return body.ToArray();
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static OutboundFaultException TooLong(int longest) =>
        new(OutboundFault.TooLarge, $"The body is longer than {longest} bytes.");

    // By the kind of error: the words of an exception hold what the other side has sent.
    private static OutboundAnswer.Failed Failed(HttpRequestError error) => error switch
    {
        HttpRequestError.ConfigurationLimitExceeded =>
            new(OutboundFault.TooLarge, $"The headers are longer than {LongestHeadersInKilobytes} KB."),
        HttpRequestError.SecureConnectionError => new(OutboundFault.Unreachable, "No TLS with a certificate that holds."),
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => new(OutboundFault.Unreachable, $"{error}"),
        _ => new(OutboundFault.Broken, $"{error}"),
    };
}
