using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using AuthServer.IntegrationTests.Starting;
using k8s;
using k8s.Models;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>docker/kubernetes, read strictly: a field that Kubernetes does not know is an error, and so is one that stands twice.</summary>
internal static class Manifests
{
    /// <summary>The names of the secrets, without their values; not deployed.</summary>
    public const string Example = "secret.example.yaml";

    private static readonly Dictionary<string, Type> Types = new()
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["kustomize.config.k8s.io/v1beta1/Kustomization"] = typeof(Kustomization),
    };

    public static string Folder { get; } = Path.Combine(ServerProcess.Root, "docker", "kubernetes");

    /// <summary>Relative to <see cref="Folder"/>.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order()];

    /// <summary>What `kubectl apply -k` sends, the names of generated objects apart.</summary>
    public static IReadOnlyList<object> All { get; } =
    [
        .. Files.SelectMany(file => Load(Read(file))),
        .. Files.Where(IsKustomization).SelectMany(file => Kustomization(file).ConfigMapGenerator).Select(Generate),
    ];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public static IReadOnlyList<object> Load(string yaml) => KubernetesYaml.LoadAllFromString(yaml, Types, strict: true);

    public static bool IsKustomization(string file) => Path.GetFileName(file) == "kustomization.yaml";

    public static Kustomization Kustomization(string file) => (Kustomization)Load(Read(file)).Single();

    private static V1ConfigMap Generate(Kustomization.Generated map) => new()
    {
        Metadata = new() { Name = map.Name },
        Data = map.Envs.SelectMany(file => Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]),
    };
}

/// <summary>What a file that runs the server may set.</summary>
internal static class KnownSettings
{
    private const string File = "_FILE";

    private static readonly string[] Frameworks = ["ASPNETCORE_", "DOTNET_", "Logging__"];

    public static IReadOnlyDictionary<string, SettingAttribute> All { get; } =
        EnvironmentVariables.All.SelectMany(SettingsReader.SettingsOf).ToDictionary(s => s.Setting.Key, s => s.Setting);

    /// <summary>Those that the server does not know.</summary>
    public static IEnumerable<string> Unknown(IEnumerable<string> variables) => variables.Where(name =>
        !All.ContainsKey(name) && !(name.EndsWith(File, StringComparison.Ordinal) && All.ContainsKey(name[..^File.Length]))
        && !OpenTelemetryVariables.IsPassedOn(name) && !Frameworks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
}

/// <summary>What the Prometheus operator reads, as far as we use it.</summary>
public sealed class ServiceMonitor
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public MonitorSpec Spec { get; set; } = new();

    public sealed class MonitorSpec
    {
        public string JobLabel { get; set; } = "";

        public V1LabelSelector Selector { get; set; } = new();

        public IList<MonitorEndpoint> Endpoints { get; set; } = [];
    }

    public sealed class MonitorEndpoint
    {
        public string Port { get; set; } = "";

        public string Path { get; set; } = "";

        public string Interval { get; set; } = "";
    }
}

/// <summary>What `kubectl apply -k` reads, as far as we use it.</summary>
public sealed class Kustomization
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public string Namespace { get; set; } = "";

    public IList<string> Resources { get; set; } = [];

    public IList<Generated> ConfigMapGenerator { get; set; } = [];

    public IList<NewImage> Images { get; set; } = [];

    public sealed class Generated
    {
        public string Name { get; set; } = "";

        public IList<string> Envs { get; set; } = [];
    }

    public sealed class NewImage
    {
        public string Name { get; set; } = "";

        public string NewTag { get; set; } = "";
    }
}
