using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Keys;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Protocol.Plain;

/// <summary>Keeps the discovery document and the key set as OpenIddict wrote them, until the keys or the scopes change.</summary>
public sealed class KeptDocuments(KeyRing ring, ScopeDirectory scopes)
{
    // Every copy of the keys has a new one before it signs, and a revoked one is gone from every copy as soon.
    private static readonly string JwksCache = string.Create(
        CultureInfo.InvariantCulture, $"public, max-age={KeyLife.PublishedCopy.TotalSeconds}");

    private readonly ConcurrentDictionary<string, Document> _documents = new(StringComparer.Ordinal);

    /// <summary>Whether a request asks for one of them, plainly.</summary>
    public static bool IsFor(HttpContext http)
    {
        var request = http.Request;
        return request.Path.Value is ProtocolPaths.Discovery or ProtocolPaths.ServerMetadata or ProtocolPaths.Keys
            && HttpMethods.IsGet(request.Method) && !request.QueryString.HasValue && PlainHeaders.Allow(http);
    }

    /// <summary>Answers from memory.</summary>
    /// <returns>Null when the document has to be made first; nothing has happened then.</returns>
    public Task? TryAnswer(HttpContext http)
    {
        if (!_documents.TryGetValue(http.Request.Path.Value!, out var document) || !ReferenceEquals(document.Keys, ring.Current))
        {
            return null;
        }
        var known = scopes.AllAsync(http.RequestAborted);
        return known.IsCompletedSuccessfully && ReferenceEquals(document.Scopes, known.Result) ? SendAsync(http, document) : null;
    }

    public async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path.Value!;
        var (keys, known) = (ring.Current, await scopes.AllAsync(http.RequestAborted));
        if (!_documents.TryGetValue(path, out var document) || !ReferenceEquals(document.Keys, keys)
            || !ReferenceEquals(document.Scopes, known))
        {
            if (await MakeAsync(http, next, keys, known) is not { } made) return;
            _documents[path] = document = made;
        }

        await SendAsync(http, document);
    }

    private static Task SendAsync(HttpContext http, Document document)
    {
        var response = http.Response;
        response.Headers.ETag = document.Tag;
        response.Headers.CacheControl = http.Request.Path.Value == ProtocolPaths.Keys ? JwksCache : "no-cache";
        if (EntityTags.IsKnown(http.Request.Headers.IfNoneMatch, document.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = document.ContentType;
        response.ContentLength = document.Body.Length;
        return response.Body.WriteAsync(document.Body, 0, document.Body.Length, http.RequestAborted);
    }

    /// <returns>Null when OpenIddict answered with something else than the document; that answer has been sent.</returns>
    private static async Task<Document?> MakeAsync(
        HttpContext http, RequestDelegate next, RingSnapshot keys, FrozenDictionary<string, RegisteredScope> scopes)
    {
        var sent = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        var kept = new StreamResponseBodyFeature(body);
        http.Features.Set<IHttpResponseBodyFeature>(kept);
        try
        {
            await next(http);
            await kept.CompleteAsync();
        }
        finally
        {
            http.Features.Set(sent);
        }

        var bytes = body.ToArray();
        if (http.Response.StatusCode == StatusCodes.Status200OK)
        {
            // Without "-": a tag that ended with it could not be told from one that a compressing proxy has changed (EntityTags).
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"";
            return new(keys, scopes, http.Response.ContentType, tag, bytes);
        }

        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
        return null;
    }

    private sealed record Document(
        RingSnapshot Keys, FrozenDictionary<string, RegisteredScope> Scopes, string? ContentType, string Tag, byte[] Body);
}
