using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;

namespace Sonoran.Testing;

/// <summary>Calls to the emulator's admin side, for one of its worlds or for all of it.</summary>
internal sealed class Admin(string url, string? world)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions WithNulls = new(JsonSerializerDefaults.Web);

    // A proxy of the environment has no business here. The emulator answers at once, but the machine may be busy.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>What somebody gave, as it is to be sent: null in it means null, and not that it is left out.</summary>
    internal static object? Whole(object? given) =>
        given is null ? null : JsonSerializer.SerializeToElement(given, given.GetType(), WithNulls);

    /// <summary>What it answers. A refusal of what was asked is an <see cref="ArgumentException"/>.</summary>
    internal async Task<JsonElement> Ask(HttpMethod method, string path, object? body, IEnumerable<(string Name, object? Value)>? query = null)
    {
        var (status, answer) = await Told(method, path, body, query).ConfigureAwait(false);
        return Accepted(status, answer);
    }

    /// <summary>The status and the answer, whatever it is.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Answer)> Told(
        HttpMethod method, string path, object? body, IEnumerable<(string Name, object? Value)>? query = null)
    {
        using var request = Request(method, path, body, query);
        try
        {
            using var response = await Http.SendAsync(request).ConfigureAwait(false);
            return (response.StatusCode, Read(await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false)));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            throw NoAnswer(exception);
        }
    }

    /// <summary>The same as <see cref="Ask(HttpMethod, string, object?, IEnumerable{ValueTuple{string, object?}}?)"/>, where nothing can be awaited: in constructors.</summary>
    internal JsonElement Ask(HttpMethod method, string path)
    {
        using var request = Request(method, path, null, null);
        try
        {
            using var response = Http.Send(request);
            using var content = response.Content.ReadAsStream();
            using var bytes = new System.IO.MemoryStream();
            content.CopyTo(bytes);
            return Accepted(response.StatusCode, Read(bytes.ToArray()));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            throw NoAnswer(exception);
        }
    }

    private EmulatorException NoAnswer(Exception cause) => new($"the emulator at {url} does not answer: {cause.Message}", cause);

    private HttpRequestMessage Request(HttpMethod method, string path, object? body, IEnumerable<(string Name, object? Value)>? query)
    {
        var fields = (query ?? []).Prepend(("world", world)).Where(field => field.Item2 is not null)
            .Select(field => $"{field.Item1}={Uri.EscapeDataString($"{field.Item2}")}");
        var request = new HttpRequestMessage(method, $"{url}/_emulator/{path}?{string.Join('&', fields)}");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private static JsonElement Accepted(HttpStatusCode status, JsonElement answer) =>
        (int)status < 400 ? answer : throw new ArgumentException(Detail(answer));

    internal static string Detail(JsonElement answer) => answer.GetProperty("detail").GetString()!;

    private static JsonElement Read(byte[] answer)
    {
        if (answer.Length == 0)
        {
            return default;
        }

        using var document = JsonDocument.Parse(answer);
        return document.RootElement.Clone();
    }
}
