using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using AuthServer.IntegrationTests.Starting;
using k8s;
using k8s.Models;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>docker/kubernetes, read as strictly as an API server reads it: a field that it does not know is an error.</summary>
internal static class Manifests
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["kustomize.config.k8s.io/v1beta1/Kustomization"] = typeof(Kustomization),
    };

    public static string Folder { get; } = Path.Combine(ServerProcess.Root, "docker", "kubernetes");

    /// <summary>Relative to <see cref="Folder"/>.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order()];

    public static IReadOnlyList<object> All { get; } = [.. Files.SelectMany(file => Load(Read(file)))];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public static IReadOnlyList<object> Load(string yaml) => KubernetesYaml.LoadAllFromString(yaml, Types, strict: true);

    /// <summary>The pods that the manifests make, each with the name of what makes it.</summary>
    public static IEnumerable<(string Name, V1PodTemplateSpec Pod)> Pods(IEnumerable<object> objects) => objects.SelectMany(o => o switch
    {
        V1Deployment deployment => [(deployment.Metadata.Name, deployment.Spec.Template)],
        V1Job job => [(job.Metadata.Name, job.Spec.Template)],
        _ => Enumerable.Empty<(string, V1PodTemplateSpec)>(),
    });

    /// <summary>The environment of a container, those of its ConfigMaps included.</summary>
    public static IReadOnlyDictionary<string, string> Environment(V1Container container, IEnumerable<object> objects)
    {
        var maps = objects.OfType<V1ConfigMap>().ToDictionary(map => map.Metadata.Name);
        return (container.EnvFrom ?? []).SelectMany(from => maps[from.ConfigMapRef.Name].Data)
            .Concat((container.Env ?? []).Select(env => KeyValuePair.Create(env.Name, env.Value)))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
    }
}

/// <summary>What a file that runs the server may set.</summary>
internal static class KnownSettings
{
    private static readonly string[] Frameworks = ["ASPNETCORE_", "DOTNET_", "OTEL_", "Logging__"];

    public static IReadOnlyDictionary<string, SettingAttribute> All { get; } =
        EnvironmentVariables.All.SelectMany(SettingsReader.SettingsOf).ToDictionary(s => s.Setting.Key, s => s.Setting);

    public static SettingAttribute? Find(string variable) =>
        All.GetValueOrDefault(variable)
        ?? (variable.EndsWith("_FILE", StringComparison.Ordinal) ? All.GetValueOrDefault(variable[..^5]) : null);

    /// <summary>Those that the server does not know.</summary>
    public static IEnumerable<string> Unknown(IEnumerable<string> variables) =>
        variables.Where(name => Find(name) is null && !Frameworks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
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

    public IList<NewImage> Images { get; set; } = [];

    public sealed class NewImage
    {
        public string Name { get; set; } = "";

        public string NewTag { get; set; } = "";
    }
}
