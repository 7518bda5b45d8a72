/// Certificates and keys for tests and for nothing else.
enum TestCertificates {
    /// For gate.test and 127.0.0.1, until 2126; its key is `gateKey`.
    static let gate = """
        -----BEGIN CERTIFICATE-----
        MIIBmDCCAT6gAwIBAgIUTrr2TdBDMNAjtR4zKaV84+Ah+TEwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJZ2F0ZS50ZXN0MCAXDTI2MTEyMjE0MTIyOFoYDzIxMjYxMDI5
        MTQxMjI4WjAUMRIwEAYDVQQDDAlnYXRlLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAATWL10fDpQwQIbcclm8VjDn1xT0lMseIKXynKX6NjgMvsJOHfauL1C8
        JIb5mWzQ/VGD5Rvx+nVwj6ejHV4UlHuJo2wwajAdBgNVHQ4EFgQUu6Klesalmn4n
        lQU6IwgvlbvqjGQwHwYDVR0jBBgwFoAUu6Klesalmn4nlQU6IwgvlbvqjGQwGgYD
        VR0RBBMwEYIJZ2F0ZS50ZXN0hwR/AAABMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0E
        AwIDSAAwRQIhAOEwOY0+R+1U5CIyEB7CCtxERVixFJFDI94CpymRtcQ/AiBVmh9q
        T/jNBadwcZ2Zht9uhs85iyJlqyrctj7Gn2hRKg==
        -----END CERTIFICATE-----
        """

    static let gateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXI3RhB+EEZ0zIBmJ
        OsWE2aB6KKb3adh0iMj6b8cTML+hRANCAATWL10fDpQwQIbcclm8VjDn1xT0lMse
        IKXynKX6NjgMvsJOHfauL1C8JIb5mWzQ/VGD5Rvx+nVwj6ejHV4UlHuJ
        -----END PRIVATE KEY-----
        """

    /// For other.test; its key is `otherKey`.
    static let other = """
        -----BEGIN CERTIFICATE-----
        MIIBmTCCAT6gAwIBAgIUMqopT9kK2lIKxbin1raZAY/qkf4wCgYIKoZIzj0EAwIw
        FTETMBEGA1UEAwwKb3RoZXIudGVzdDAgFw0yNjExMjIxNDEyMjhaGA8yMTI2MTAy
        OTE0MTIyOFowFTETMBEGA1UEAwwKb3RoZXIudGVzdDBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABIKqlnCTYNQPcnBNUZifDB9Ed22J47jhfuOZyg9PRRYnxCFr9F7H
        OHHQMcxy6Qkq/D8c+uGa8rJM7blkP8sE02GjajBoMB0GA1UdDgQWBBS0HN6EW/sw
        SnWpnzw1uCjR/h2gGDAfBgNVHSMEGDAWgBS0HN6EW/swSnWpnzw1uCjR/h2gGDAP
        BgNVHRMBAf8EBTADAQH/MBUGA1UdEQQOMAyCCm90aGVyLnRlc3QwCgYIKoZIzj0E
        AwIDSQAwRgIhALFMivLa9R7xyliqqu7UbvflRgDyRXnusac7u1YRK3pSAiEAs64U
        hIqsRagAgaWIMKr6gJZ/KZ9+mHmZeES1uXlezjM=
        -----END CERTIFICATE-----
        """

    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoDeqqpr5cN5zqFk7
        AC+hQ5g779W0i6wsVaCdzTxTIEGhRANCAASCqpZwk2DUD3JwTVGYnwwfRHdtieO4
        4X7jmcoPT0UWJ8Qha/Rexzhx0DHMcukJKvw/HPrhmvKyTO25ZD/LBNNh
        -----END PRIVATE KEY-----
        """

    /// Expired in 2021; its key is `gateKey`.
    static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBFTCBvQIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBDbGllbnQgQXV0aG9y
        aXR5MB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
        Z2F0ZS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1i9dHw6UMECG3HJZ
        vFYw59cU9JTLHiCl8pyl+jY4DL7CTh32ri9QvCSG+Zls0P1Rg+Ub8fp1cI+nox1e
        FJR7iTAKBggqhkjOPQQDAgNHADBEAiB6gNkLYAZ0o1hn1MCoZbiUTYhIl6aNhLBm
        8bgMMLsPHAIgfM6icuHPM2gWjM3AmKiarz4TMBf19iuR4motwlLdjO4=
        -----END CERTIFICATE-----
        """

    /// Valid from 2100 on; its key is `gateKey`.
    static let future = """
        -----BEGIN CERTIFICATE-----
        MIIBGjCBwQIBAjAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBDbGllbnQgQXV0aG9y
        aXR5MCIYDzIxMDAwMTAxMDAwMDAwWhgPMjEwMTAxMDEwMDAwMDBaMBQxEjAQBgNV
        BAMMCWdhdGUudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNYvXR8OlDBA
        htxyWbxWMOfXFPSUyx4gpfKcpfo2OAy+wk4d9q4vULwkhvmZbND9UYPlG/H6dXCP
        p6MdXhSUe4kwCgYIKoZIzj0EAwIDSAAwRQIhAPXugWBCg6Qb6D8k5xSP20U3Cdrp
        cEyW9/+TDZRlKEjoAiABqlR4BBOBaYt+/tKvjoNQ35RPdkBIao8JxK6OEZDt3A==
        -----END CERTIFICATE-----
        """

    /// `gateKey` with a pass phrase.
    static let encryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgZe24gGSwawwICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMGHFHjtSStmGRWNCKIdke4EgZD7
        8ULS5rrhD9Thoi8kJ99ICE1NJ2NLBzaoFO4oXf6VctAKDO2QzBLssCemWK+5Cphm
        2CpkvucSnP0FmGDdj6/BnLKWxoCQpVw2GRRjqjBSbrj4zVSAmmvErhS2KvTMECla
        jW9mLpu/aceEeUcZQxTQ1bqxVJHyTC4MEL77Jzr2+KTBhmd2Bxqibvj7E1Xy12I=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// Signed the client certificates but `foreignClient`.
    static let clientAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBjjCCATOgAwIBAgIUEcqdSZ/fnyiahS8I45lWOfIMaiswCgYIKoZIzj0EAwIw
        GzEZMBcGA1UEAwwQQ2xpZW50IEF1dGhvcml0eTAgFw0yNjExMjIxNDEyMjlaGA8y
        MTI2MTAyOTE0MTIyOVowGzEZMBcGA1UEAwwQQ2xpZW50IEF1dGhvcml0eTBZMBMG
        ByqGSM49AgEGCCqGSM49AwEHA0IABNsPaj12PAsALIMhVxAYhKU6R/lA3TJuypUy
        iE4n1fT2fMSnpOJGjXc/XaGCP0BXKjjyd6AYxvWjHyiIxtz6XpSjUzBRMB0GA1Ud
        DgQWBBQjRdESiQxs27evFgmS8NJQQ/BvzTAfBgNVHSMEGDAWgBQjRdESiQxs27ev
        FgmS8NJQQ/BvzTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDr
        uQAH2LJb+dIWGP0cDfxqMdoocd6F5xoi8wXocvTw1AIhAOsuyVhgmoDrr423lpJ0
        3dDY1oTCehPErUTQo1dxq2Z6
        -----END CERTIFICATE-----
        """

    /// Its key is `clientKey`, like that of all client certificates.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBujCCAV+gAwIBAgIBAzAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBDbGllbnQg
        QXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAWMRQw
        EgYDVQQDDAthZ2VudCBzZXZlbjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJjH
        GI+BsYSwalgOWpGb8BDi1GilHG6Fx9pBqbnEmUhqGxwVl+z8uhgtz00sZ9M7HC4k
        TJpzIXLz5Y1Hg85hX2KjgZYwgZMwUQYDVR0RBEowSIIRc2V2ZW4uYWdlbnRzLnRl
        c3SGGnNwaWZmZTovL2FnZW50cy50ZXN0L3NldmVugRFzZXZlbkBhZ2VudHMudGVz
        dIcECgAABzAdBgNVHQ4EFgQU9zrEunPUadFzaZJ62yD2T9Vtqm4wHwYDVR0jBBgw
        FoAUI0XREokMbNu3rxYJkvDSUEPwb80wCgYIKoZIzj0EAwIDSQAwRgIhANT6e9h3
        aDbQyR0gKLlMBqt7d+0LRewmdwI7IoOQX7uMAiEA9nUS9wFtVGlEh9Qvifl/egq9
        Ft1mrZ2GhQWRbaVxJy0=
        -----END CERTIFICATE-----
        """

    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAq817NSOsEh550lR
        DwnSPJ0gYvzFp8B/HhNqWH+zuQuhRANCAASYxxiPgbGEsGpYDlqRm/AQ4tRopRxu
        hcfaQam5xJlIahscFZfs/LoYLc9NLGfTOxwuJEyacyFy8+WNR4POYV9i
        -----END PRIVATE KEY-----
        """

    static let expiredClient = """
        -----BEGIN CERTIFICATE-----
        MIIBtzCCAV2gAwIBAgIBBDAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBDbGllbnQg
        QXV0aG9yaXR5MB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAwMFowFjEUMBIG
        A1UEAwwLYWdlbnQgc2V2ZW4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASYxxiP
        gbGEsGpYDlqRm/AQ4tRopRxuhcfaQam5xJlIahscFZfs/LoYLc9NLGfTOxwuJEya
        cyFy8+WNR4POYV9io4GWMIGTMFEGA1UdEQRKMEiCEXNldmVuLmFnZW50cy50ZXN0
        hhpzcGlmZmU6Ly9hZ2VudHMudGVzdC9zZXZlboERc2V2ZW5AYWdlbnRzLnRlc3SH
        BAoAAAcwHQYDVR0OBBYEFPc6xLpz1GnRc2mSetsg9k/VbapuMB8GA1UdIwQYMBaA
        FCNF0RKJDGzbt68WCZLw0lBD8G/NMAoGCCqGSM49BAMCA0gAMEUCIHO2zLmVKWQS
        QhyOuDlpQrJZMdJj1JVZapKL1e8KEt1hAiEAs7GH2n3+KmO7swYCrmaicBu7t00L
        dMf2Zk4eZiybKLg=
        -----END CERTIFICATE-----
        """

    /// From an authority of the same name and another key.
    static let foreignClient = """
        -----BEGIN CERTIFICATE-----
        MIIBuTCCAV+gAwIBAgIBBTAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBDbGllbnQg
        QXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAWMRQw
        EgYDVQQDDAthZ2VudCBzZXZlbjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJjH
        GI+BsYSwalgOWpGb8BDi1GilHG6Fx9pBqbnEmUhqGxwVl+z8uhgtz00sZ9M7HC4k
        TJpzIXLz5Y1Hg85hX2KjgZYwgZMwUQYDVR0RBEowSIIRc2V2ZW4uYWdlbnRzLnRl
        c3SGGnNwaWZmZTovL2FnZW50cy50ZXN0L3NldmVugRFzZXZlbkBhZ2VudHMudGVz
        dIcECgAABzAdBgNVHQ4EFgQU9zrEunPUadFzaZJ62yD2T9Vtqm4wHwYDVR0jBBgw
        FoAUQs8aya9d+njonNeQCd93boWWSbUwCgYIKoZIzj0EAwIDSAAwRQIgY33aQirW
        8DBmoz/yxNi9O1le5jAH8q+JLyg3dM5T/FECIQCLoaJ4+fiJJrJaGhcpjXApNfOM
        43S4tyYPylUdZejmoQ==
        -----END CERTIFICATE-----
        """

    /// Its common name is not ASCII.
    static let oddClient = """
        -----BEGIN CERTIFICATE-----
        MIIBHzCBxQIBBjAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBDbGllbnQgQXV0aG9y
        aXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAaMRgwFgYDVQQD
        DA9hZ2VudCDDvG7Dr2NvZGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASYxxiP
        gbGEsGpYDlqRm/AQ4tRopRxuhcfaQam5xJlIahscFZfs/LoYLc9NLGfTOxwuJEya
        cyFy8+WNR4POYV9iMAoGCCqGSM49BAMCA0kAMEYCIQDe8kKHKV2aTabXe4pz+Ry1
        n2y8See1fF6x1Tv2w2yEOwIhAKoJOLASZKlMchgv0INR1qbsptaylgTHSTzHeL/q
        jIXC
        -----END CERTIFICATE-----
        """
}
