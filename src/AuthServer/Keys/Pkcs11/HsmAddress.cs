using System.Diagnostics.CodeAnalysis;
using AuthServer.Configuration;
using AuthServer.Keys.Outside;
using Net.Pkcs11Interop.Common;

namespace AuthServer.Keys.Pkcs11;

/// <summary>Where a key is (RFC 7512), and how to get there.</summary>
/// <param name="Name">The URI without its query, for lists and logs.</param>
internal sealed record HsmAddress(string Name, Pkcs11Uri Uri, string Module, string Pin)
{
    private const string FileScheme = "file:";

    /// <summary>Null with the reason among the problems.</summary>
    public static HsmAddress? Of(string entry, Pkcs11Options options, SettingProblems problems)
    {
        var name = entry.Split('?')[0];
        if (Parse(entry) is not { } uri)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"{name} is no PKCS#11 URI",
                "write it as pkcs11:token=NAME;object=LABEL (RFC 7512; a comma is %2C, a space %20)");
            return null;
        }

        if (uri.PinValue is not null)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"{name} has a PIN in it, which lists and logs would show",
                $"put it into a file, and name that in {Pkcs11Options.PinKey}_FILE");
            return null;
        }

        if (uri.Object is null && uri.Id is null)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"{name} names no key", "add object=LABEL or id=%01");
            return null;
        }

        if ((uri.ModulePath ?? options.Module) is not { } module)
        {
            problems.Add(Pkcs11Options.ModuleKey, $"is not set, and {OutsideKeyOptions.ListKey} names {name}",
                "set it to the path of the PKCS#11 library of the HSM");
            return null;
        }

        return PinOf(uri, options, name, problems) is { } pin ? new(name, uri, module, pin) : null;
    }

    private static string? PinOf(Pkcs11Uri uri, Pkcs11Options options, string name, SettingProblems problems)
    {
        if (uri.PinSource is not { } source)
        {
            if (options.Pin is null)
            {
                problems.Add(Pkcs11Options.PinKey, $"is not set, and {OutsideKeyOptions.ListKey} names {name}",
                    $"put the PIN into a file, and name that in {Pkcs11Options.PinKey}_FILE");
            }

            return options.Pin;
        }

        // RFC 7512 section 2.4: a file URI (RFC 8089 section 2: file:/path or file:///path), or a path.
        var path = source.StartsWith(FileScheme, StringComparison.Ordinal) ? "/" + source[FileScheme.Length..].TrimStart('/') : source;
        try
        {
            return File.ReadAllText(path).TrimEnd('\n', '\r');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"the pin-source of {name} cannot be read: {path}", "let the server's user read it");
            return null;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The parser throws exceptions of several kinds.")]
    private static Pkcs11Uri? Parse(string entry)
    {
        try
        {
            return new Pkcs11Uri(entry);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
