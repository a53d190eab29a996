using System;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Linq;

namespace Sonoran;

public sealed partial class SonoranClientOptions
{
    /// <summary>Adds headers to <see cref="apiHeaders"/>; one that is there already gets the new value.</summary>
    /// <param name="headers">Pairs of names and values, such as another dictionary.</param>
    /// <returns>These options.</returns>
    public SonoranClientOptions AddHeaders(IEnumerable<KeyValuePair<string, string>> headers)
    {
        apiHeaders ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in headers ?? throw new ArgumentNullException(nameof(headers)))
        {
            apiHeaders[header.Key] = header.Value;
        }

        return this;
    }

    /// <inheritdoc cref="AddHeaders(IEnumerable{KeyValuePair{string, string}})"/>
    /// <param name="headers">Names with their values, such as the <c>HttpHeaders</c> of an <c>HttpClient</c>; several are joined by commas.</param>
    public SonoranClientOptions AddHeaders(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers) =>
        AddHeaders((headers ?? throw new ArgumentNullException(nameof(headers)))
            .Select(header => new KeyValuePair<string, string>(header.Key, string.Join(", ", header.Value))));

    /// <inheritdoc cref="AddHeaders(IEnumerable{KeyValuePair{string, string}})"/>
    /// <param name="headers">Such as the headers of a <c>WebRequest</c>.</param>
    public SonoranClientOptions AddHeaders(NameValueCollection headers) =>
        AddHeaders((headers ?? throw new ArgumentNullException(nameof(headers)))
            .AllKeys.Select(name => new KeyValuePair<string, string>(name ?? "", headers[name] ?? "")));
}
