namespace AuthServer.Backup.Places;

/// <summary>Opens the place that a person or a setting names.</summary>
public static class BackupPlaces
{
    /// <param name="place">A directory, or s3://bucket/prefix.</param>
    /// <exception cref="IOException">The place is named wrongly, or its credentials are missing.</exception>
    public static IBackupPlace Open(string place)
    {
        // The package of Amazon is loaded by this call, so that other servers do not pay for it.
        if (S3Address.Parse(place) is { } address) return OpenS3(address);
        return S3Address.IsNamedBy(place)
            ? throw new IOException($"\"{place}\" names no bucket; write s3://bucket/prefix")
            : new DirectoryPlace(place);
    }

    private static S3Place OpenS3(S3Address address) => new(address);
}
