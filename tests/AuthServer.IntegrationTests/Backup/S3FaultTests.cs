using AuthServer.Backup.Places;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>What an operator reads when the bucket cannot be used: what is wrong, its cure, and never a secret.</summary>
public sealed class S3FaultTests
{
    [Fact]
    public async Task A_missing_bucket_is_named()
    {
        await SharedServers.ObjectsAsync();
        var fault = await FaultAsync("no-such-bucket");
        Assert.StartsWith("s3://no-such-bucket: there is no bucket no-such-bucket; create it", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "AccessDenied", "s3:ListBucket")]
    [InlineData(403, "ExpiredToken", "AWS_SESSION_TOKEN")]
    [InlineData(403, "SomethingNew", "s3:ListBucket")]
    [InlineData(507, "QuotaExceeded", "make room")]
    public async Task A_refusal_is_said_with_its_cure(int status, string code, string cure)
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        bucket.Refusal = _ => (status, code, "words of the server");
        Assert.Contains(cure, await FaultAsync(bucket.Name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_an_hour_wrong_is_worked_around()
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        bucket.Skew = TimeSpan.FromHours(1);
        using var place = new S3Place(new(bucket.Name, ""));
        Assert.Empty(await place.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_clock_that_cannot_be_worked_around_is_named()
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        bucket.Refusal = _ => (403, "RequestTimeTooSkewed", "The difference is too large.");
        Assert.Contains("the clock of this machine is wrong", await FaultAsync(bucket.Name), StringComparison.Ordinal);
    }

    private static async Task<string> FaultAsync(string bucket)
    {
        using var place = new S3Place(new(bucket, ""));
        var fault = await Assert.ThrowsAsync<IOException>(() => place.ListAsync(CancellationToken.None));
        Assert.DoesNotContain(S3Signature.SecretKey, fault.ToString(), StringComparison.Ordinal);
        return fault.Message;
    }
}
