using System.Collections.Specialized;
using System.Text.Json;
using Quartz.Spi;

namespace AuthServer.Hosting.Jobs;

/// <summary>Stores the data of a job as a JSON object of texts. Quartz itself adds some to a job that runs again.</summary>
public sealed class JobDataText : IObjectSerializer
{
    public void Initialize()
    {
    }

    public byte[] Serialize<T>(T obj) where T : class
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            var data = Data(obj);
            foreach (var key in data.AllKeys) json.WriteString(key!, data[key]);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public T? DeSerialize<T>(byte[] data) where T : class
    {
        var read = new NameValueCollection();
        using var json = JsonDocument.Parse(data);
        foreach (var member in json.RootElement.EnumerateObject()) read[member.Name] = member.Value.GetString();
        return (T)(object)read;
    }

    private static NameValueCollection Data(object obj) => obj as NameValueCollection
        ?? throw new NotSupportedException($"Jobs have texts as data, and no {obj.GetType()}.");
}
