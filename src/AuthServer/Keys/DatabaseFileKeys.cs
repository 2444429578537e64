using AuthServer.Data.Encryption.Pages;

namespace AuthServer.Keys;

/// <summary>The keys of the embedded database file, derived from SECRET_KEY.</summary>
public static class DatabaseFileKeys
{
    private const string Label = "authplatform/sqlite-file/1";

    public static FileKeys Of(SecretOptions secrets) =>
        new(Derive(secrets.SecretKey), secrets.SecretKeyPrevious is { } previous ? Derive(previous) : null);

    private static FileKey Derive(byte[] secret)
    {
        var (mark, key) = Sealing.Derive(Label, secret);
        return new(mark, key);
    }
}
