using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AuthServer.JsonApi;

namespace AuthServer.UnitTests.JsonApi;

/// <summary>Every body that the server reads: a null where its type has a value is refused by name, and goes no further in.</summary>
public sealed class NullMemberTests
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly MethodInfo Reading =
        typeof(NullMemberTests).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!;

    [Fact]
    public void A_null_for_a_member_that_has_a_value_is_refused_by_name()
    {
        var (tried, wrong) = (0, new List<string>());
        foreach (var type in Bodies())
        {
            foreach (var member in type.Properties.Where(MayNotBeNull))
            {
                tried++;
                var members = type.Properties.Where(p => p.IsRequired || p == member)
                    .Select(p => $"\"{p.Name}\":{(p == member ? "null" : SampleOf(p.PropertyType))}");
                var problem = (Problem?)Reading.MakeGenericMethod(type.Type).Invoke(null, [$"{{{string.Join(',', members)}}}", type]);
                if (problem?.Errors?.Keys.Single() != member.Name) wrong.Add($"{type.Type.Name}.{member.Name}: {problem?.Detail}");
            }
        }

        Assert.Empty(wrong);
        // New passwords, addresses, codes, names, and the rest: none was left out because no context was found.
        Assert.True(tried >= 10, $"{tried} members were tried.");
    }

    [Fact]
    public void Every_context_of_a_body_reads_strictly() => Assert.Empty(Contexts()
        .Where(c => TypesOf(c).Any(IsBody) && c.Options is not
        {
            UnmappedMemberHandling: JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties: false,
            RespectNullableAnnotations: true, MaxDepth: JsonBody.MaxDepth,
        })
        .Select(c => c.GetType().Name));

    private static Problem? Read<T>(string body, JsonTypeInfo<T> type) where T : class =>
        JsonBody.Parse(Encoding.UTF8.GetBytes(body), type).Problem;

    private static IEnumerable<JsonTypeInfo> Bodies() => Contexts().SelectMany(TypesOf).Where(IsBody);

    // Of requests; what the server writes into its files and answers is called otherwise.
    private static bool IsBody(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Object && type.Type != typeof(ProblemBody)
        && (type.Type.Name.EndsWith("Body", StringComparison.Ordinal) || type.Type.Name.EndsWith("Request", StringComparison.Ordinal));

    private static IEnumerable<JsonSerializerContext> Contexts() => typeof(JsonBody).Assembly.GetTypes()
        .Where(t => t is { IsAbstract: false, IsNested: false } && t.IsSubclassOf(typeof(JsonSerializerContext)))
        .Select(t => (JsonSerializerContext)t.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!);

    private static IEnumerable<JsonTypeInfo> TypesOf(JsonSerializerContext context) => context.GetType().GetProperties()
        .Where(p => p.PropertyType.IsSubclassOf(typeof(JsonTypeInfo))).Select(p => (JsonTypeInfo)p.GetValue(context)!);

    private static bool MayNotBeNull(JsonPropertyInfo member)
    {
        var property = member.DeclaringType.GetProperties()
            .Single(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name) == member.Name);
        // Any JSON: whoever reads it decides.
        if (property.PropertyType == typeof(JsonElement)) return false;
        return property.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(property.PropertyType) is null
            : Nullability.Create(property).WriteState == NullabilityState.NotNull;
    }

    private static string SampleOf(Type type) => type == typeof(string) ? "\"x\"" : type == typeof(bool) ? "true"
        : type == typeof(JsonElement) ? "{}"
        : type.IsPrimitive ? "1" : throw new NotSupportedException($"A sample of {type} is missing.");
}
