using System;
using System.Collections.Generic;

namespace Sonoran;

/// <summary>The environment that .NET sees: on Unix, native code does not see what <see cref="Environment.SetEnvironmentVariable(string, string)"/> has set.</summary>
internal static class ProcessEnvironment
{
    private static readonly string[] Names =
    [
        "SONORAN_CMS_API_URL", "SONORAN_ALLOW_PLAIN_HTTP", "SONORAN_SHARE_LIMITS", "SONORAN_SHARE_LIMITS_FOLDER", "SONORAN_SHARE_LIMITS_FALLBACK",
        "SONORAN_SHARE_LIMITS_MEMBERS", "HTTP_PROXY", "http_proxy",
        "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    /// <summary>The variables that count for a client, as they are now.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Read()
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var name in Names)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                found.Add(new KeyValuePair<string, string>(name, value));
            }
        }

        return found;
    }
}
