namespace AuthServer.Configuration;

/// <summary>Names of domains in a setting; each stands for itself and for all names below it.</summary>
public static class DomainNames
{
    public const string Form = "names of domains, such as example.com,tools.example.org";

    /// <summary>In the form of an address, so that a name with other letters is compared as it is asked for.</summary>
    public static IReadOnlyList<string> Read(string key, IReadOnlyList<string> texts, SettingProblems problems)
    {
        List<string> names = [];
        foreach (var text in texts)
        {
            if (Uri.CheckHostName(text) == UriHostNameType.Dns
                && Uri.TryCreate($"https://{text.TrimEnd('.')}/", UriKind.Absolute, out var uri))
            {
                names.Add(uri.IdnHost.ToLowerInvariant());
            }
            else problems.Add(key, $"\"{text}\" is no domain", "set it to " + Form);
        }

        return names;
    }

    /// <param name="host">In lower case and ASCII.</param>
    public static bool Have(IReadOnlyList<string> domains, string host) => domains.Any(domain =>
        host.EndsWith(domain, StringComparison.Ordinal) && (host.Length == domain.Length || host[^(domain.Length + 1)] == '.'));
}
