using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;

namespace Sonoran.Json;

/// <summary>Options as the core reads them: a JSON object, times in milliseconds, nothing for what is left out.</summary>
internal static class OptionsWriter
{
    internal static byte[] Write(SonoranClientOptions options) => JsonText.Write("", options, Write);

    internal static void Write(Utf8JsonWriter writer, SonoranCallOptions options)
    {
        writer.WriteStartObject();
        Time(writer, nameof(options.timeout), options.timeout);
        Time(writer, nameof(options.deadline), options.deadline);
        Number(writer, nameof(options.retries), options.retries);
        Time(writer, nameof(options.maxWait), options.maxWait);
        Text(writer, nameof(options.rateLimit), Name(options.rateLimit));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SonoranClientOptions options)
    {
        writer.WriteStartObject();
        Credentials(writer, options);
        Product(writer, nameof(options.product), options.product);
        Number(writer, nameof(options.defaultServerId), options.defaultServerId);
        Text(writer, nameof(options.apiUrl), options.apiUrl);
        Flag(writer, nameof(options.allowPlainHttp), options.allowPlainHttp);
        Entries(writer, nameof(options.apiHeaders), options.apiHeaders, writer.WriteStringValue);
        Time(writer, nameof(options.timeout), options.timeout);
        Time(writer, nameof(options.connectTimeout), options.connectTimeout);
        Time(writer, nameof(options.deadline), options.deadline);
        Number(writer, nameof(options.retries), options.retries);
        Text(writer, nameof(options.rateLimit), Name(options.rateLimit));
        Time(writer, nameof(options.maxWait), options.maxWait);
        Entries(writer, nameof(options.ceilings), options.ceilings, writer.WriteNumberValue);
        Time(writer, nameof(options.rateWindow), options.rateWindow);
        Text(writer, nameof(options.shareLimits), options.shareLimits);
        Text(writer, nameof(options.shareLimitsFolder), options.shareLimitsFolder);
        Text(writer, nameof(options.shareLimitsFallback), Name(options.shareLimitsFallback));
        Number(writer, nameof(options.shareLimitsMembers), options.shareLimitsMembers);
        Text(writer, nameof(options.proxy), options.proxy);
        Texts(writer, nameof(options.rootCertificates), options.rootCertificates);
        Time(writer, nameof(options.idleTimeout), options.idleTimeout);
        Text(writer, nameof(options.userAgentSuffix), options.userAgentSuffix);
        writer.WriteBoolean(nameof(options.debug), options.debug);
        writer.WriteEndObject();
    }

    // The core would speak of another language's enumeration.
    private static void Product(Utf8JsonWriter writer, string name, SonoranProduct product)
    {
        writer.WritePropertyName(name);
        writer.WriteNumberValue(Enum.IsDefined(typeof(SonoranProduct), product)
            ? (int)product
            : throw new RefusedValueException($"is {(int)product}, which is no member of SonoranProduct"));
    }

    private static void Credentials(Utf8JsonWriter writer, SonoranClientOptions options)
    {
        Text(writer, nameof(options.apiKey), options.apiKey);
        Text(writer, nameof(options.communityId), options.communityId);
        Text(writer, nameof(options.cmsApiKey), options.cmsApiKey);
        Text(writer, nameof(options.cmsCommunityId), options.cmsCommunityId);
        Number(writer, nameof(options.cmsDefaultServerId), options.cmsDefaultServerId);
        Text(writer, nameof(options.cmsApiUrl), options.cmsApiUrl);
        Text(writer, nameof(options.cadApiKey), options.cadApiKey);
        Text(writer, nameof(options.cadCommunityId), options.cadCommunityId);
        Number(writer, nameof(options.cadDefaultServerId), options.cadDefaultServerId);
        Text(writer, nameof(options.cadApiUrl), options.cadApiUrl);
        Text(writer, nameof(options.radioApiKey), options.radioApiKey);
        Text(writer, nameof(options.radioCommunityId), options.radioCommunityId);
        Number(writer, nameof(options.radioDefaultServerId), options.radioDefaultServerId);
        Text(writer, nameof(options.radioApiUrl), options.radioApiUrl);
        Text(writer, nameof(options.radioServerUrl), options.radioServerUrl);
        Number(writer, nameof(options.radioRoomId), options.radioRoomId);
        Number(writer, nameof(options.roomId), options.roomId);
    }

    // A value outside the enumeration goes to the core under a name it does not know, and is refused there.
    private static string? Name(SonoranRateLimit? mode) => mode switch
    {
        SonoranRateLimit.Wait => "wait",
        SonoranRateLimit.Error => "error",
        SonoranRateLimit.Off => "off",
        _ => mode?.ToString(),
    };

    private static string? Name(SonoranShareLimitsFallback? fallback) => fallback switch
    {
        SonoranShareLimitsFallback.Divide => "divide",
        SonoranShareLimitsFallback.Refuse => "refuse",
        _ => fallback?.ToString(),
    };

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            // In two steps: the name has to be there when the value is refused.
            writer.WritePropertyName(name);
            writer.WriteStringValue(value);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void Flag(Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } flag)
        {
            writer.WriteBoolean(name, flag);
        }
    }

    // The longest that the core takes. Null would leave the client's bound, or the default.
    private static readonly TimeSpan Endless = TimeSpan.FromDays(7);

    private static void Time(Utf8JsonWriter writer, string name, TimeSpan? value)
    {
        if (value is { } time)
        {
            writer.WriteNumber(name, (time == Timeout.InfiniteTimeSpan ? Endless : time).TotalMilliseconds);
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
        Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, T>>? entries, Action<T> write)
    {
        if (entries is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var entry in entries)
        {
            writer.WritePropertyName(entry.Key);
            write(entry.Value);
        }

        writer.WriteEndObject();
    }
}
