using AuthServer.Configuration;

namespace AuthServer.UnitTests.Configuration;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("data-directory-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        var data = new DataDirectory(_folder.FullName);
        data.Write("secret", "first");
        // A folder of the name stands for every reason why the rename fails.
        _folder.CreateSubdirectory("taken");
        Assert.ThrowsAny<SystemException>(() => data.Write("taken", "0123456789abcdef"));
        Assert.Equal(["secret", "taken"], _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal("first", File.ReadAllText(data.FileAt("secret")));
    }
}
