using System.IO.Compression;
using System.Net;
using System.Text;
using AuthServer.Configuration;
using AuthServer.Outbound;

namespace AuthServer.UnitTests.Outbound;

/// <summary>What strangers can make this server ask, and what an answer can do to it (server-side request forgery).</summary>
public sealed class SafeHttpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_allowed_host_is_asked_by_http_with_a_name_of_ours_and_nothing_else()
    {
        await using var server = RawServer.Saying(_ => RawServer.Json("{}", "Cache-Control: max-age=60\r\nAge: 20\r\nSet-Cookie: a=b\r\n"));
        using var http = Client("keys.test");
        var address = new Uri($"http://keys.test:{server.Port}/jwks");

        var answer = Assert.IsType<OutboundAnswer.Answered>(await http.SendAsync(Json(address), Cancellation));
        Assert.Equal((200, "application/json", "{}"), (answer.Status, answer.MediaType, Encoding.UTF8.GetString(answer.Body)));
        Assert.Equal(TimeSpan.FromSeconds(40), answer.FreshFor);
        await http.SendAsync(Json(address), Cancellation);
        var lines = server.Heads[1].Split("\r\n");
        Assert.Equal("GET /jwks HTTP/1.1", lines[0]);
        Assert.Equal(
            ["Accept", "Accept-Encoding", "Host", "User-Agent"],
            lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(':')[0]).Order());
        Assert.Contains($"User-Agent: AuthPlatform/{ProductVersion.Text}", lines);
    }

    [Theory]
    [InlineData("http://public.test/", "not https")]
    [InlineData("ftp://keys.test/", "not https")]
    [InlineData("file:///etc/passwd", "no host")]
    [InlineData("https://user:secret@public.test/", "user name")]
    [InlineData("https://public.test:22/", "port 22")]
    [InlineData("https://127.0.0.1/", "not public")]
    [InlineData("https://127.1/", "not public")]
    [InlineData("https://2130706433/", "not public")]
    [InlineData("https://0x7f.0.0.1/", "not public")]
    [InlineData("https://0177.0.0.1/", "not public")]
    [InlineData("https://[::1]/", "not public")]
    [InlineData("https://[::ffff:127.0.0.1]/", "not public")]
    [InlineData("https://[::ffff:a9fe:a9fe]/", "not public")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "not public")]
    [InlineData("https://[fe80::1%25eth0]/", "not public")]
    [InlineData("https://[64:ff9b::7f00:1]/", "not public")]
    public async Task Other_addresses_are_refused_before_anything_is_sent(string address, string reason)
    {
        var looked = 0;
        using var http = Client("keys.test", (_, _) =>
        {
            looked++;
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        });
        var failed = await FailedAsync(http, new(new Uri(address)));
        Assert.Equal(OutboundFault.AddressRefused, failed.Fault);
        Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
        Assert.Equal(0, looked);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    [InlineData("fd00::1")]
    [InlineData("64:ff9b::10.0.0.1")]
    public async Task A_public_name_with_a_private_address_is_refused(string planted)
    {
        using var http = Client("keys.test", Planted(planted));
        var failed = await FailedAsync(http, new(new("https://evil.test/")));
        Assert.Equal(OutboundFault.AddressRefused, failed.Fault);
    }

    [Fact]
    public async Task The_name_is_looked_up_once_and_the_connection_goes_to_an_address_of_that_answer()
    {
        await using var server = RawServer.Saying(_ => RawServer.Json("{}"));
        var looked = 0;
        // As DNS rebinding does it: good for the check, another one for the connection.
        using var http = Client($"127.0.0.1:{server.Port}", (_, _) => Task.FromResult<IPAddress[]>(
            [looked++ == 0 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")]));
        var address = new Uri($"https://evil.test:{server.Port}/");

        // The server speaks no TLS: this is how far it gets.
        Assert.Equal(OutboundFault.Unreachable, (await FailedAsync(http, new(address))).Fault);
        Assert.Equal((1, 1), (looked, server.Connections));
        Assert.Equal(OutboundFault.AddressRefused, (await FailedAsync(http, new(address))).Fault);
        Assert.Equal((2, 1), (looked, server.Connections));
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_may_be_asked_are_tried()
    {
        await using var server = RawServer.Saying(_ => RawServer.Json("{}"));
        // Nobody listens at the first one, and the second one may not be asked.
        using var http = Client($"127.0.0.9,127.0.0.1:{server.Port}", Planted("127.0.0.9", "127.0.0.2", "127.0.0.1"));
        var failed = await FailedAsync(http, new(new($"https://several.test:{server.Port}/")));
        Assert.Equal((OutboundFault.Unreachable, 1), (failed.Fault, server.Connections));
    }

    [Fact]
    public async Task Redirects_are_not_followed_unless_asked_for_and_each_address_is_checked()
    {
        string[] refused =
        [
            "http://127.0.0.1:{0}/", "http://[::ffff:127.0.0.1]:{0}/", "https://evil.test:{0}/", "http://evil.test:{0}/",
            "//127.0.0.1:{0}/", "https://169.254.169.254/",
        ];
        var port = 0;
        await using var server = RawServer.Saying(path => path switch
        {
            "/good" => RawServer.Redirect("/end"),
            "/end" => RawServer.Json("{}"),
            "/loop" => RawServer.Redirect("/loop"),
            "/nowhere" => "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
            _ => RawServer.Redirect(string.Format(null, refused[path[1] - '0'], port)),
        });
        port = server.Port;
        using var http = Client("keys.test");
        var at = new Uri($"http://keys.test:{port}");

        Assert.Equal(OutboundFault.Redirected, (await FailedAsync(http, new(new(at, "/good")))).Fault);
        var followed = await http.SendAsync(new(new(at, "/good")) { Redirects = 1 }, Cancellation);
        Assert.Equal(200, Assert.IsType<OutboundAnswer.Answered>(followed).Status);
        Assert.Equal(OutboundFault.Redirected, (await FailedAsync(http, new(new(at, "/loop")) { Redirects = 5 })).Fault);
        Assert.Equal(OutboundFault.Redirected, (await FailedAsync(http, new(new(at, "/nowhere")) { Redirects = 5 })).Fault);
        var withSecret = new OutboundRequest(new(at, "/good")) { Redirects = 1, Authorization = "Bearer secret" };
        Assert.Equal(OutboundFault.Redirected, (await FailedAsync(http, withSecret)).Fault);
        for (var i = 0; i < refused.Length; i++)
        {
            var failed = await FailedAsync(http, new(new(at, $"/{i}")) { Redirects = 1 });
            Assert.True(failed.Fault == OutboundFault.AddressRefused, $"{refused[i]}: {failed}");
        }
    }

    [Fact]
    public async Task A_compressed_body_is_never_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[10_000_000], Cancellation);
        }

        var body = Encoding.Latin1.GetString(packed.ToArray());
        await using var server = RawServer.Saying(path => RawServer.Json(body, path == "/said" ? "Content-Encoding: gzip\r\n" : ""));
        using var http = Client("keys.test");
        var said = await FailedAsync(http, Json(new($"http://keys.test:{server.Port}/said")));
        Assert.Equal(OutboundFault.WrongType, said.Fault);
        var silent = await http.SendAsync(Json(new($"http://keys.test:{server.Port}/")), Cancellation);
        Assert.Equal(packed.Length, Assert.IsType<OutboundAnswer.Answered>(silent).Body.Length);
    }

    [Fact]
    public async Task A_body_ends_at_its_limit_whatever_its_length_is_said_to_be()
    {
        const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        await using var endless = RawServer.Writing(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Head + "Transfer-Encoding: chunked\r\n\r\n"), stop);
            var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string(' ', 0x1000) + "\r\n");
            while (true) await stream.WriteAsync(chunk, stop);
        });
        await using var boasting = RawServer.Saying(_ => Head + "Content-Length: 5000000000\r\n\r\n");
        using var http = Client("keys.test");
        foreach (var port in new[] { endless.Port, boasting.Port })
        {
            var failed = await FailedAsync(http, Json(new($"http://keys.test:{port}/")));
            Assert.Equal(OutboundFault.TooLarge, failed.Fault);
        }
    }

    [Fact]
    public async Task Headers_end_at_their_limit()
    {
        await using var server = RawServer.Writing(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), stop);
            var header = Encoding.ASCII.GetBytes($"X: {new string('x', 1000)}\r\n");
            while (true) await stream.WriteAsync(header, stop);
        });
        using var http = Client("keys.test");
        Assert.Equal(OutboundFault.TooLarge, (await FailedAsync(http, Json(new($"http://keys.test:{server.Port}/")))).Fault);
    }

    [Fact]
    public async Task A_slow_server_has_the_time_of_the_whole_exchange_and_no_more()
    {
        await using var drip = RawServer.Writing(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync(" "u8.ToArray(), stop);
                await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
            }
        });
        await using var silent = RawServer.Writing((_, stop) => Task.Delay(Timeout.Infinite, stop));
        using var http = Client("keys.test");
        foreach (var port in new[] { drip.Port, silent.Port })
        {
            var request = Json(new($"http://keys.test:{port}/")) with { TimeLimit = TimeSpan.FromMilliseconds(200) };
            Assert.Equal(OutboundFault.TooSlow, (await FailedAsync(http, request)).Fault);
        }
    }

    [Fact]
    public async Task What_is_not_http_or_not_the_media_type_is_a_fault_without_the_words_of_the_other_side()
    {
        await using var server = RawServer.Saying(path => path switch
        {
            "/html" => "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}",
            "/none" => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "/short" => "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            _ => "220 planted words\r\n\r\n",
        });
        using var http = Client("keys.test");
        var expected = new[]
        {
            ("/html", OutboundFault.WrongType), ("/none", OutboundFault.WrongType), ("/short", OutboundFault.Broken),
            ("/smtp", OutboundFault.Broken),
        };
        foreach (var (path, fault) in expected)
        {
            var failed = await FailedAsync(http, Json(new($"http://keys.test:{server.Port}{path}")));
            Assert.Equal(fault, failed.Fault);
            Assert.DoesNotContain("planted", failed.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_without_an_address_is_unknown()
    {
        using var nothing = Client("keys.test", Planted());
        Assert.Equal(OutboundFault.NameUnknown, (await FailedAsync(nothing, new(new("https://nobody.test/")))).Fault);
    }

    [Fact]
    public async Task A_proxy_of_the_environment_is_not_used()
    {
        await using var proxy = RawServer.Saying(_ => RawServer.Json("{}"));
        await using var server = RawServer.Saying(_ => RawServer.Json("{}"));
        var former = HttpClient.DefaultProxy;
        try
        {
            HttpClient.DefaultProxy = new WebProxy($"http://127.0.0.1:{proxy.Port}");
            using var http = Client("keys.test");
            await http.SendAsync(Json(new($"http://keys.test:{server.Port}/")), Cancellation);
        }
        finally
        {
            HttpClient.DefaultProxy = former;
        }

        Assert.Equal((0, 1), (proxy.Connections, server.Connections));
    }

    [Fact]
    public async Task The_client_for_addresses_of_anybody_knows_no_hosts_inside()
    {
        await using var server = RawServer.Saying(_ => RawServer.Json("{}"));
        using var http = Client($"keys.test:{server.Port},127.0.0.1");
        Assert.IsType<OutboundAnswer.Answered>(await http.SendAsync(Json(new($"http://keys.test:{server.Port}/")), Cancellation));
        foreach (var address in new[] { $"http://keys.test:{server.Port}/", $"https://keys.test:{server.Port}/", "https://127.0.0.1/" })
        {
            Assert.Equal(OutboundFault.AddressRefused, (await FailedAsync(http.OfPublicHosts, Json(new(address)))).Fault);
        }

        Assert.Equal(1, server.Connections);
    }

    private static OutboundRequest Json(Uri address) => new(address)
    {
        MediaTypes = ["application/json"], TimeLimit = TimeSpan.FromSeconds(30),
    };

    private static async Task<OutboundAnswer.Failed> FailedAsync(SafeHttp http, OutboundRequest request) =>
        Assert.IsType<OutboundAnswer.Failed>(await http.SendAsync(request, Cancellation));

    internal static HostLookup Planted(params string[] addresses) =>
        (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]);

    /// <param name="allowed">The setting OUTBOUND_ALLOWED_HOSTS.</param>
    internal static SafeHttp Client(string allowed, HostLookup? lookup = null)
    {
        var options = new OutboundOptions { AllowedHostNames = allowed.Split(',') };
        var problems = new SettingProblems();
        options.Check(problems);
        Assert.Empty(problems.Lines);
        return new(options, lookup ?? Planted("127.0.0.1"), TimeProvider.System);
    }
}
