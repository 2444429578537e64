using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace AuthServer.Backup.Places;

/// <summary>Makes the client of a bucket from what the AWS tools read too: AWS_* variables, a profile, the role of the machine.</summary>
internal static class S3Connection
{
    // The service takes any region; servers that are not Amazon's mostly know this one.
    private const string UsualRegion = "us-east-1";

    // A part of 8 MiB over a line of one megabit takes 70 seconds.
    private static readonly TimeSpan RequestPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    public static AmazonS3Client Open()
    {
        var endpoint = Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL");
        var region = Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION");
        var config = new AmazonS3Config
        {
            Timeout = RequestPatience,
            ConnectTimeout = ConnectPatience,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 4,
            // Because many compatible servers do not know checksums after the body. The signature covers the SHA-256 of each body.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // It would log requests with their headers.
            DisableLogging = true,
        };
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = region ?? UsualRegion;
            // Such servers seldom have a name for each bucket.
            config.ForcePathStyle = true;
        }
        else if (region is not null) config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return new(config);
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
