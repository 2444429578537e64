using System.Security.Cryptography;
using AuthServer.Backup.Drill;
using AuthServer.Data.Encryption;
using AuthServer.Hosting;
using AuthServer.Keys;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>The server that a restore drill runs on its scratch database.</summary>
public sealed class DrillServerTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("authserver-drill-");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public async Task A_person_signs_in_on_an_empty_scratch_database_which_is_encrypted_and_gone_afterwards()
    {
        using (var scratch = ScratchDatabase.Create(_parent.FullName))
        {
            await new DrillServer(NewSecrets()).RunAsync(scratch, CancellationToken.None);
            Assert.Equal(FileState.Current, scratch.File.State());
        }

        Assert.Empty(_parent.EnumerateFileSystemInfos());
    }

    [Fact]
    public void A_directory_that_a_drill_has_to_make_is_closed_to_other_users()
    {
        if (OperatingSystem.IsWindows()) return;
        var parent = Path.Combine(_parent.FullName, "data");
        using var scratch = ScratchDatabase.Create(parent);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(parent));
    }

    private static SecretOptions NewSecrets() =>
        new() { SecretKey = RandomNumberGenerator.GetBytes(32), JwtSecret = RandomNumberGenerator.GetBytes(32) };
}
