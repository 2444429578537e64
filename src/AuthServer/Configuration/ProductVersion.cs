using System.Reflection;

namespace AuthServer.Configuration;

/// <summary>The version of this build, without the commit behind it.</summary>
public static class ProductVersion
{
    public static string Text { get; } = typeof(ProductVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
