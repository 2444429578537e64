namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A file of one test, which goes with it however it ends.</summary>
internal sealed class TempFile : IDisposable
{
    public TempFile(string text) => File.WriteAllText(Path, text);

    public TempFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
