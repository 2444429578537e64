using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Verifies AWS Signature Version 4 of a request with a signed body, as the service itself would.</summary>
/// <remarks>Written from the documentation of the signature, so that it is no mirror of the package that signs.</remarks>
public static class S3Signature
{
    public const string AccessKey = "AKIATESTTESTTESTTEST", SecretKey = "s3cr3t/K7MDENG+bPxRfiCYEXAMPLEKEY", Region = "eu-central-1";

    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(15);

    /// <returns>Null: the request is signed as it should be. Otherwise status, code and message of the answer.</returns>
    public static (int Status, string Code, string Message)? Wrong(HttpRequest request, byte[] body, DateTimeOffset now)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal)) return (403, "AccessDenied", "Not signed.");
        var parts = header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries)
            .Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        if (parts["Credential"].Split('/') is not [var access, var day, var region, "s3", "aws4_request"])
            return (400, "AuthorizationHeaderMalformed", "The credential is malformed.");
        if (access != AccessKey) return (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
        if (region != Region)
        {
            return (400, "AuthorizationHeaderMalformed",
                $"The authorization header is malformed; the region '{region}' is wrong; expecting '{Region}'");
        }

        var date = request.Headers["x-amz-date"].ToString();
        var signedAt = DateTimeOffset.ParseExact(
            date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if ((now - signedAt).Duration() > MostSkew || !date.StartsWith(day, StringComparison.Ordinal))
            return (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
        var digest = Convert.ToHexStringLower(SHA256.HashData(body));
        if (request.Headers["x-amz-content-sha256"] != digest)
            return (400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");

        var names = parts["SignedHeaders"].Split(';');
        // All that decides what the request does is signed.
        if (!names.Contains("host") || request.Headers.Keys.Select(k => k.ToLowerInvariant())
            .Any(k => k.StartsWith("x-amz-", StringComparison.Ordinal) && !names.Contains(k)))
            return (403, "AccessDenied", "There were headers present in the request which were not signed.");
        var canonical = string.Join('\n',
            request.Method, PathOf(request), Query(request),
            string.Concat(names.Select(n => $"{n}:{request.Headers[n].ToString().Trim()}\n")), parts["SignedHeaders"], digest);
        var scope = $"{day}/{region}/s3/aws4_request";
        var toSign = string.Join(
            '\n', Algorithm, date, scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + SecretKey), day), region), "s3"), "aws4_request");
        return Convert.ToHexStringLower(Mac(key, toSign)) == parts["Signature"]
            ? null : (403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.");
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string PathOf(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];

    private static string Query(HttpRequest request) => string.Join('&', request.Query
        .SelectMany(q => q.Value.Select(v => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(v ?? "")}"))
        .Order(StringComparer.Ordinal));
}
