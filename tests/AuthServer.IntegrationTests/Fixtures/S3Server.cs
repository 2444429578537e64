using System.Collections.Concurrent;
using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>
/// Object storage over HTTP with the S3 interface as far as backups use it. It refuses every request whose signature or body is not right.
/// </summary>
/// <remarks>The servers that npm and PyPI have either verify no signatures of version 4 or know no multipart copies.</remarks>
public sealed class S3Server : IAsyncDisposable
{
    private const int SmallestPart = 5 * 1024 * 1024, PageSize = 3;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, S3Bucket> _buckets = new();

    private S3Server(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>What a process needs to find this server, as an operator sets it.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["AWS_ACCESS_KEY_ID"] = S3Signature.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = S3Signature.SecretKey,
        ["AWS_REGION"] = S3Signature.Region,
        ["AWS_ENDPOINT_URL_S3"] = Url,
        // No test asks the network for the role of this machine.
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public static async Task<S3Server> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var server = new S3Server(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        // As the process of a server would have them; all tests use this one server.
        foreach (var (key, value) in server.Environment) System.Environment.SetEnvironmentVariable(key, value);
        return server;
    }

    /// <summary>An empty bucket for one test.</summary>
    public S3Bucket NewBucket()
    {
        var bucket = new S3Bucket($"bucket-{Guid.CreateVersion7():N}");
        return _buckets[bucket.Name] = bucket;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var memory = new MemoryStream();
        await http.Request.Body.CopyToAsync(memory);
        var body = memory.ToArray();
        var path = Uri.UnescapeDataString(http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0]).TrimStart('/').Split('/', 2);
        var bucket = _buckets.GetValueOrDefault(path[0]);
        var now = TimeProvider.System.GetUtcNow() + (bucket?.Skew ?? TimeSpan.Zero);
        http.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        if (S3Signature.Wrong(http.Request, body, now) is { } wrong) await RefuseAsync(http, wrong);
        else if (bucket is null) await RefuseAsync(http, (404, "NoSuchBucket", "The specified bucket does not exist"));
        else if (bucket.Refusal?.Invoke(http.Request) is { } refused) await RefuseAsync(http, refused);
        else if (http.Request.Query.ContainsKey("uploads") && http.Request.Method == "GET") await ListUploadsAsync(http, bucket);
        else if (path.Length == 1 || path[1].Length == 0) await ListAsync(http, bucket);
        else await ObjectAsync(http, bucket, path[1], body);
    }

    private static Task ObjectAsync(HttpContext http, S3Bucket bucket, string key, byte[] body)
    {
        var upload = http.Request.Query["uploadId"].ToString();
        bucket.Requests.Enqueue($"{http.Request.Method} {http.Request.QueryString}");
        return http.Request.Method switch
        {
            "GET" or "HEAD" => GetAsync(http, bucket, key),
            "PUT" when upload.Length > 0 => PartAsync(http, bucket, upload, body),
            "PUT" => Store(http, bucket, key, body),
            "POST" when http.Request.Query.ContainsKey("uploads") => XmlAsync(http, bucket.Begin(key)),
            "POST" => CompleteAsync(http, bucket, key, upload, body),
            "DELETE" when upload.Length > 0 => Abort(http, bucket, upload),
            "DELETE" => Delete(http, bucket, key),
            _ => RefuseAsync(http, (405, "MethodNotAllowed", "")),
        };
    }

    private static Task Store(HttpContext http, S3Bucket bucket, string key, byte[] body)
    {
        bucket.Objects[key] = body;
        http.Response.Headers.ETag = Tag(body);
        return Task.CompletedTask;
    }

    private static Task Delete(HttpContext http, S3Bucket bucket, string key)
    {
        bucket.Objects.TryRemove(key, out _);
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task ListUploadsAsync(HttpContext http, S3Bucket bucket) => XmlAsync(http, "<ListMultipartUploadsResult>"
        + string.Concat(bucket.UploadKeys.Where(u => bucket.Uploads.ContainsKey(u.Key))
            .Select(u => $"<Upload><Key>{SecurityElement.Escape(u.Value)}</Key><UploadId>{u.Key}</UploadId></Upload>"))
        + "</ListMultipartUploadsResult>");

    private static Task Abort(HttpContext http, S3Bucket bucket, string upload)
    {
        http.Response.StatusCode = bucket.Uploads.TryRemove(upload, out _) ? 204 : 404;
        return Task.CompletedTask;
    }

    private static Task PartAsync(HttpContext http, S3Bucket bucket, string upload, byte[] body)
    {
        if (!bucket.Uploads.TryGetValue(upload, out var parts)) return RefuseAsync(http, (404, "NoSuchUpload", ""));
        var number = int.Parse(http.Request.Query["partNumber"].ToString(), CultureInfo.InvariantCulture);
        var source = Uri.UnescapeDataString(http.Request.Headers["x-amz-copy-source"].ToString()).TrimStart('/');
        if (source.Length == 0)
        {
            parts[number] = body;
            http.Response.Headers.ETag = Tag(body);
            return Task.CompletedTask;
        }

        var whole = bucket.Objects[source[(bucket.Name.Length + 1)..]];
        if (http.Request.Headers["x-amz-copy-source-if-match"] is [{ } tag] && tag != Tag(whole))
            return RefuseAsync(http, (412, "PreconditionFailed", ""));
        var range = http.Request.Headers["x-amz-copy-source-range"].ToString()["bytes=".Length..].Split('-')
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        parts[number] = whole[range[0]..(range[1] + 1)];
        return XmlAsync(http, $"<CopyPartResult><ETag>{SecurityElement.Escape(Tag(parts[number]))}</ETag></CopyPartResult>");
    }

    private static Task CompleteAsync(HttpContext http, S3Bucket bucket, string key, string upload, byte[] body)
    {
        if (!bucket.Uploads.TryGetValue(upload, out var parts)) return RefuseAsync(http, (404, "NoSuchUpload", ""));
        var named = XDocument.Parse(Encoding.UTF8.GetString(body)).Descendants().Where(e => e.Name.LocalName == "Part")
            .Select(p => p.Elements().ToDictionary(e => e.Name.LocalName, e => e.Value)).ToList();
        var numbers = named.ConvertAll(p => int.Parse(p["PartNumber"], CultureInfo.InvariantCulture));
        if (!numbers.SequenceEqual(numbers.Order().Distinct())) return RefuseAsync(http, (400, "InvalidPartOrder", ""));
        if (named.Zip(numbers).Any(p => !parts.TryGetValue(p.Second, out var part) || Tag(part).Trim('"') != p.First["ETag"].Trim('"')))
            return RefuseAsync(http, (400, "InvalidPart", ""));
        if (numbers.SkipLast(1).Any(n => parts[n].Length < SmallestPart)) return RefuseAsync(http, (400, "EntityTooSmall", ""));
        bucket.Objects[key] = [.. numbers.SelectMany(n => parts[n])];
        bucket.Uploads.TryRemove(upload, out _);
        return XmlAsync(http, "<CompleteMultipartUploadResult/>");
    }

    private static async Task GetAsync(HttpContext http, S3Bucket bucket, string key)
    {
        if (!bucket.Objects.TryGetValue(key, out var whole))
        {
            await RefuseAsync(http, (404, "NoSuchKey", "The specified key does not exist."));
            return;
        }

        if (http.Request.Headers.IfMatch is [{ } match] && match != Tag(whole))
        {
            await RefuseAsync(http, (412, "PreconditionFailed", ""));
            return;
        }

        var (from, to) = (0, whole.Length - 1);
        if (http.Request.Headers.Range is [{ } range])
        {
            var ends = range["bytes=".Length..].Split('-');
            from = int.Parse(ends[0], CultureInfo.InvariantCulture);
            to = Math.Min(to, int.Parse(ends[1], CultureInfo.InvariantCulture));
            if (from >= whole.Length)
            {
                await RefuseAsync(http, (416, "InvalidRange", ""));
                return;
            }

            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{to}/{whole.Length}";
        }

        http.Response.Headers.ETag = Tag(whole);
        http.Response.ContentLength = to - from + 1;
        if (http.Request.Method == "HEAD") return;
        if (from > 0 && Interlocked.Decrement(ref bucket.Breaks) >= 0)
        {
            // Half of what was promised, and the connection is gone.
            await http.Response.Body.WriteAsync(whole.AsMemory(from, (to - from) / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        await http.Response.Body.WriteAsync(whole.AsMemory(from, to - from + 1));
    }

    private static Task ListAsync(HttpContext http, S3Bucket bucket)
    {
        var query = http.Request.Query;
        var (prefix, after) = (query["prefix"].ToString(), query["continuation-token"].ToString());
        var keys = bucket.Objects.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)
            && (query["delimiter"] != "/" || !k[prefix.Length..].Contains('/', StringComparison.Ordinal))
            && string.CompareOrdinal(k, after) > 0).Order(StringComparer.Ordinal).Take(PageSize + 1).ToList();
        var page = keys.Take(PageSize).Select(k =>
            $"<Contents><Key>{SecurityElement.Escape(k)}</Key><Size>{bucket.Objects[k].Length}</Size></Contents>");
        var rest = keys.Count > PageSize
            ? $"<IsTruncated>true</IsTruncated><NextContinuationToken>{SecurityElement.Escape(keys[PageSize - 1])}</NextContinuationToken>"
            : "<IsTruncated>false</IsTruncated>";
        return XmlAsync(http, $"<ListBucketResult>{rest}{string.Concat(page)}</ListBucketResult>");
    }

    private static Task RefuseAsync(HttpContext http, (int Status, string Code, string Message) refusal)
    {
        http.Response.StatusCode = refusal.Status;
        // An answer to HEAD has no body.
        return http.Request.Method == "HEAD" ? Task.CompletedTask
            : XmlAsync(http, $"<Error><Code>{refusal.Code}</Code><Message>{refusal.Message}</Message></Error>");
    }

    private static Task XmlAsync(HttpContext http, string xml)
    {
        http.Response.ContentType = "application/xml";
        return http.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml);
    }

    private static string Tag(byte[] bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"";
}

/// <summary>The objects of one test, and what its server does to them.</summary>
public sealed class S3Bucket(string name)
{
    /// <summary>How often a body breaks off in its middle.</summary>
    internal int Breaks;

    public string Name => name;

    public ConcurrentDictionary<string, byte[]> Objects { get; } = new();

    /// <summary>Uploads that are neither complete nor aborted, with their parts.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> Uploads { get; } = new();

    public ConcurrentDictionary<string, string> UploadKeys { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>How far the clock of the server is from that of the tests.</summary>
    public TimeSpan Skew { get; set; }

    public string Begin(string key)
    {
        var id = Guid.CreateVersion7().ToString("N");
        (Uploads[id], UploadKeys[id]) = (new(), key);
        return $"<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>";
    }

    public Func<HttpRequest, (int Status, string Code, string Message)?>? Refusal { get; set; }
}
