using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace AuthServer.Backup.Places;

/// <summary>Says what is wrong with a bucket and how to mend it, without anything secret.</summary>
internal static class S3Faults
{
    private const string Rights =
        "allow the credentials s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload " +
        "on its objects";

    /// <returns>Null: not a fault of the place.</returns>
    public static IOException? Of(Exception e, S3Address address, CancellationToken cancellation) => e switch
    {
        FileNotFoundException => null,
        AmazonS3Exception s3 => new($"{address}: {Cure(s3, address)}", e),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => new(
            $"{address}: the credentials are refused; check them, and the role of this machine", e),
        // Both the chain of credentials and that of regions end in this type, with a text for programmers.
        AmazonClientException when e.Message.Contains("region", StringComparison.OrdinalIgnoreCase) => new(
            $"{address}: the region is not known; set AWS_REGION to that of the bucket", e),
        AmazonClientException when e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) => new(
            $"{address}: there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, " +
            "or give the machine a role", e),
        HttpRequestException or AmazonClientException or WebException => new($"{address}: {Unreachable(e)}", e),
        OperationCanceledException when !cancellation.IsCancellationRequested => new($"{address}: {Unreachable(e)}", e),
        _ => null,
    };

    private static string Cure(AmazonS3Exception e, S3Address address) => e.ErrorCode switch
    {
        "NoSuchBucket" => $"there is no bucket {address.Bucket}; create it, or check the name, AWS_REGION and AWS_ENDPOINT_URL_S3",
        "AccessDenied" or "AllAccessDisabled" => $"access is denied; {Rights}",
        "InvalidAccessKeyId" => "the access key is not known there; check AWS_ACCESS_KEY_ID, and AWS_ENDPOINT_URL_S3 if it is not Amazon's",
        "SignatureDoesNotMatch" => "the signature is refused; check AWS_SECRET_ACCESS_KEY",
        "ExpiredToken" or "TokenRefreshRequired" => "the credentials have expired; renew them (AWS_SESSION_TOKEN goes with them)",
        "InvalidToken" => "the session token is refused; check AWS_SESSION_TOKEN",
        "RequestTimeTooSkewed" => "the clock of this machine is wrong by more than 15 minutes; set it (NTP)",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" or "TemporaryRedirect" =>
            "the bucket is in another region; set AWS_REGION to that of the bucket" + Region(e.Message),
        "SlowDown" or "ServiceUnavailable" or "InternalError" or "RequestTimeout" =>
            $"the server could not serve the request ({e.ErrorCode}); it is tried again at the next time",
        "InvalidBucketName" => $"{address.Bucket} is not a name of a bucket; correct it",
        "EntityTooLarge" or "QuotaExceeded" or "XMinioStorageFull" =>
            $"there is no room left ({e.ErrorCode}); make room, or keep fewer backups",
        "ObjectLocked" or "InvalidObjectState" => $"the object is locked or archived ({e.ErrorCode})",
        _ => e.StatusCode == HttpStatusCode.Forbidden
            ? $"access is denied; {Rights}"
            : $"the server refuses the request ({(int)e.StatusCode} {e.ErrorCode})",
    };

    // "... the region 'us-east-1' is wrong; expecting 'eu-central-1'": the last name is the right one.
    private static string Region(string message)
    {
        var names = message.Split('\'').Where((_, i) => i % 2 == 1).ToArray();
        var isRegion = names.Length > 0 && names[^1].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        return isRegion && message.Contains("expecting", StringComparison.Ordinal) ? $", {names[^1]}" : "";
    }

    private static string Unreachable(Exception e) =>
        $"the server does not answer ({Innermost(e).GetType().Name}); check the network, the proxy and AWS_ENDPOINT_URL_S3";

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
