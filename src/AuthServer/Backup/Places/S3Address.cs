namespace AuthServer.Backup.Places;

/// <summary>A place for backups in an S3 bucket, as <c>s3://bucket/prefix</c>.</summary>
/// <param name="Bucket">The name of the bucket.</param>
/// <param name="Prefix">Stands before the name of each object: empty, or ends in "/".</param>
public sealed record S3Address(string Bucket, string Prefix)
{
    public const string Scheme = "s3://";

    private const int ShortestBucket = 3, LongestBucket = 63;

    public static bool IsNamedBy(string place) => place.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null: the text names no bucket.</returns>
    public static S3Address? Parse(string place)
    {
        if (!IsNamedBy(place)) return null;
        var parts = place[Scheme.Length..].Split('/', 2);
        if (!IsBucket(parts[0])) return null;
        var prefix = parts.Length == 1 ? "" : parts[1].Trim('/');
        // A query or a fragment would be a mistake that the server takes for part of the name.
        if (prefix.AsSpan().IndexOfAny('?', '#', '\\') >= 0 || prefix.Any(char.IsControl)) return null;
        return new(parts[0], prefix.Length == 0 ? "" : prefix + "/");
    }

    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}".TrimEnd('/');

    // Lower-case letters, digits, dots, hyphens, as Amazon's rules for the names of buckets have it; "_" stands in old names.
    private static bool IsBucket(string name) => name.Length is >= ShortestBucket and <= LongestBucket
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');
}
