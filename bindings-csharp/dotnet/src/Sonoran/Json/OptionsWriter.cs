using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>Options as the core reads them: a JSON object, times in milliseconds, nothing for what is left out.</summary>
internal static class OptionsWriter
{
    /// <summary>The environment variable that names the address of the API where the options do not.</summary>
    internal const string UrlVariable = "SONORAN_CMS_API_URL";

    internal static byte[] Write(SonoranClientOptions options) => WriteObject(writer =>
    {
        Text(writer, nameof(options.apiKey), options.apiKey);
        Text(writer, nameof(options.communityId), options.communityId);
        Number(writer, nameof(options.product), (int)options.product);
        Number(writer, nameof(options.defaultServerId), options.defaultServerId);
        Text(writer, nameof(options.apiUrl), options.apiUrl ?? UrlOfEnvironment());
        Entries(writer, nameof(options.apiHeaders), options.apiHeaders, writer.WriteString);
        Time(writer, nameof(options.timeout), options.timeout);
        Time(writer, nameof(options.connectTimeout), options.connectTimeout);
        Time(writer, nameof(options.deadline), options.deadline);
        Number(writer, nameof(options.retries), options.retries);
        Text(writer, nameof(options.rateLimit), options.rateLimit is { } mode ? Name(mode) : null);
        Time(writer, nameof(options.maxWait), options.maxWait);
        Entries(writer, nameof(options.ceilings), options.ceilings, writer.WriteNumber);
        Time(writer, nameof(options.rateWindow), options.rateWindow);
        Text(writer, nameof(options.proxy), options.proxy);
        Texts(writer, nameof(options.rootCertificates), options.rootCertificates);
        Time(writer, nameof(options.idleTimeout), options.idleTimeout);
        Text(writer, nameof(options.userAgentSuffix), options.userAgentSuffix);
        writer.WriteBoolean(nameof(options.debug), options.debug);
    });

    internal static byte[]? Write(SonoranCallOptions? options) => options is null ? null : WriteObject(writer =>
    {
        Time(writer, nameof(options.timeout), options.timeout);
        Time(writer, nameof(options.deadline), options.deadline);
        Number(writer, nameof(options.retries), options.retries);
    });

    private static byte[] WriteObject(Action<Utf8JsonWriter> writeMembers)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    // On Unix the native library does not see what the program itself set with Environment.SetEnvironmentVariable.
    private static string? UrlOfEnvironment()
    {
        var url = Environment.GetEnvironmentVariable(UrlVariable);
        return string.IsNullOrEmpty(url) ? null : url;
    }

    // A value outside the enumeration goes to the core under a name it does not know, and is refused there.
    private static string Name(SonoranRateLimit mode) => mode switch
    {
        SonoranRateLimit.Wait => "wait",
        SonoranRateLimit.Error => "error",
        SonoranRateLimit.Off => "off",
        _ => mode.ToString(),
    };

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void Time(Utf8JsonWriter writer, string name, TimeSpan? value)
    {
        if (value is { } time)
        {
            writer.WriteNumber(name, time.TotalMilliseconds);
        }
    }

    private static void Texts(Utf8JsonWriter writer, string name, IEnumerable<string>? values)
    {
        if (values is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private static void Entries<T>(
        Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, T>>? entries, Action<string, T> write)
    {
        if (entries is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var entry in entries)
        {
            write(entry.Key, entry.Value);
        }

        writer.WriteEndObject();
    }
}
