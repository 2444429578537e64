namespace AuthServer.Ui.Controls;

/// <summary>Addresses as the browser needs them: those of this server begin with its base path.</summary>
/// <param name="basePath">Such as /auth; empty where the host is ours alone.</param>
public sealed class Links(string basePath)
{
    /// <summary>An address of this server, such as /signin.</summary>
    public string To(string path) => basePath + path;

    /// <summary>An address of this server or of another, or null when following it could run script in this origin.</summary>
    public string? Safe(string? address) =>
        LinkTarget.Safe(address) is not { } safe ? null : safe.StartsWith('/') && !safe.StartsWith("//", StringComparison.Ordinal)
            ? To(safe)
            : safe;
}
