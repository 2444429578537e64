using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A token of SoftHSM 2 with an EC key ("es") and an RSA key ("rs"), in a folder of its own.</summary>
internal sealed class SoftHsm : IDisposable
{
    public const string Pin = "1234";

    /// <summary>The variable by which SoftHSM finds its folder.</summary>
    public const string Variable = "SOFTHSM2_CONF";

    private static readonly string[] Places =
        ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/lib64/libsofthsm2.so"];

    // One for the process of the tests: the library reads its folder once.
    private static readonly Lazy<Task<SoftHsm>> InProcess = new(async () =>
    {
        var hsm = await MakeAsync();
        // .NET keeps its own copy of the environment; the library asks the C runtime.
        if (SetEnvironment(Variable, hsm.Configuration, 1) != 0) throw new InvalidOperationException("setenv");
        return hsm;
    });

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("softhsm-");

    public string Configuration => Path.Combine(_folder.FullName, "softhsm2.conf");

    public string Tokens => Path.Combine(_folder.FullName, "tokens");

    public static string Module => Places.First(File.Exists);

    public static Task<SoftHsm> OfThisProcessAsync() => InProcess.Value;

    public static async Task DisposeSharedAsync()
    {
        if (InProcess.IsValueCreated) (await InProcess.Value).Dispose();
    }

    public static async Task<SoftHsm> MakeAsync()
    {
        var hsm = new SoftHsm();
        Directory.CreateDirectory(hsm.Tokens);
        await File.WriteAllTextAsync(
            hsm.Configuration, $"directories.tokendir = {hsm.Tokens}\nobjectstore.backend = file\nlog.level = ERROR\n");
        await hsm.UtilAsync("--init-token", "--free", "--label", "auth", "--so-pin", "123456", "--pin", Pin);
        using var es = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rs = RSA.Create(2048);
        await hsm.ImportAsync("es", "01", es.ExportPkcs8PrivateKeyPem());
        await hsm.ImportAsync("rs", "02", rs.ExportPkcs8PrivateKeyPem());
        return hsm;
    }

    public async Task ImportAsync(string label, string id, string pem)
    {
        var file = Path.Combine(_folder.FullName, label + ".pem");
        await File.WriteAllTextAsync(file, pem);
        await UtilAsync("--import", file, "--token", "auth", "--label", label, "--id", id, "--pin", Pin);
        File.Delete(file);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task UtilAsync(params string[] arguments)
    {
        using var util = ChildProcess.Start("softhsm2-util", arguments, new Dictionary<string, string> { [Variable] = Configuration });
        await util.WaitForExitAsync(TimeSpan.FromSeconds(90));
        if (util.ExitCode != 0) throw new InvalidOperationException(util.Output);
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
