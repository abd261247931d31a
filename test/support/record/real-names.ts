/** Names of one kind of system, as they occur in its documents and its traffic, separated by white space. */
export type RealNames = { readonly secret: string; readonly ordinary: string };

/** What systems really call their parameters, fields and headers: what holds a secret and what only sounds like it. */
export const realNames: { readonly [system: string]: RealNames } = {
  rails: {
    secret: `password password_confirmation current_password user[password] user[password_confirmation]
      session[password] authenticity_token reset_password_token user[reset_password_token] confirmation_token
      unlock_token invitation_token encrypted_password password_digest otp_secret otp_attempt user[otp_attempt]
      remember_token secret_key_base X-CSRF-Token otp_backup_codes admin_user[password] oauth_token master_key
      api_token[token] account[users_attributes][0][password]`,
    ordinary: `commit utf8 _method user[email] session[email] user[name] remember_me reset_password_sent_at
      password_changed_at confirmation_sent_at failed_attempts sign_in_count csrf-param password_length
      cookies_serializer controller action format locale order[primary_key] otp_required_for_login created_at
      inverse_of foreign_key session[remember_me] association_key`,
  },
  laravel: {
    secret: `_token XSRF-TOKEN X-XSRF-TOKEN password_confirmation current_password new_password_confirmation
      api_token APP_KEY client_secret DB_PASSWORD MAIL_PASSWORD REDIS_PASSWORD AWS_SECRET_ACCESS_KEY
      PUSHER_APP_SECRET MIX_STRIPE_SECRET remember_token`,
    ordinary: `per_page page sort _method email_verified_at SESSION_DRIVER SESSION_LIFETIME CACHE_PREFIX
      QUEUE_CONNECTION APP_NAME APP_ENV APP_URL AWS_DEFAULT_REGION AWS_BUCKET MAIL_MAILER password_timeout
      token_name personal_access_token_count model_key route_key`,
  },
  django: {
    secret: `csrfmiddlewaretoken csrftoken sessionid X-CSRFToken old_password new_password1 new_password2
      password1 password2 SECRET_KEY EMAIL_HOST_PASSWORD user.password form-0-password auth_token`,
    ordinary: `next username form-TOTAL_FORMS form-INITIAL_FORMS CSRF_COOKIE_NAME CSRF_HEADER_NAME
      SESSION_COOKIE_AGE SESSION_COOKIE_SECURE CSRF_TRUSTED_ORIGINS PASSWORD_RESET_TIMEOUT AUTH_USER_MODEL
      AUTHENTICATION_BACKENDS PASSWORD_HASHERS CSRF_USE_SESSIONS SESSION_ENGINE pk object_id q o all
      _changelist_filters auth_user password_validators is_staff`,
  },
  spring: {
    secret: `j_password _csrf JSESSIONID jsessionid spring.datasource.password spring.mail.password
      spring.security.user.password server.ssl.key-store-password keyStorePassword trustStorePassword
      spring.cloud.vault.token jwt.secret X-Auth-Token access_token security.oauth2.client.client-secret
      spring.rabbitmq.password encrypt.key eureka.password`,
    ordinary: `j_username _csrf_header csrf-token-header-name server.servlet.session.timeout
      spring.session.store-type server.servlet.session.cookie.name server.servlet.session.cookie.max-age
      key.serializer key.deserializer session.timeout.ms spring.application.name
      management.endpoints.web.exposure.include size sort spring.security.oauth2.resourceserver.jwt.issuer-uri
      jwk-set-uri tokenValiditySeconds spring.datasource.username alwaysUseDefaultTargetUrl authorities
      authenticated principalName server.ssl.key-store server.ssl.key-alias`,
  },
  aspNet: {
    secret: `__RequestVerificationToken RequestVerificationToken Input.Password Input.ConfirmPassword
      Input.NewPassword ctl00$MainContent$Password ASP.NET_SessionId TwoFactorCode Input.TwoFactorCode
      Input.RecoveryCode PasswordHash SecurityToken wresult.Token connectionStringPassword UserSecret ClientSecret
      accountKey Input.Code.VerificationCode`,
    ordinary: `__VIEWSTATE __VIEWSTATEGENERATOR __EVENTVALIDATION __EVENTTARGET __EVENTARGUMENT ReturnUrl
      Input.Email Input.RememberMe EmailConfirmed PhoneNumberConfirmed LockoutEnabled AccessFailedCount
      TwoFactorEnabled ConcurrencyStamp NormalizedUserName RequirePasswordDigit PasswordRequiredLength HasPassword
      IsPersistent AuthenticationScheme AuthenticationType wctx wtrealm NormalizedKey HeaderName`,
  },
  express: {
    secret: `connect.sid x-access-token express.session.secret csrfToken xsrfToken cookieSecret sessionSecret
      jwtSecret JWT_SECRET refreshToken accessToken idToken authToken passwordResetToken emailVerificationToken
      userPassword confirmPassword oldPassword newPassword repeatPassword passwordAgain retypePassword plainPassword
      hashedPassword PASSWORD userPASSWORD HTTPSecretKey x-session-token sessionToken bearerToken tokenSecret
      api_keys apiKeys credentials tokens passwords secrets`,
    ordinary: `maxAge httpOnly sameSite resave saveUninitialized trustProxy rolling passReqToCallback
      usernameField isAuthenticated authenticated authorize authorized authorName sessionStore sessionCount
      cookieName cookieDomain cookiePath tokenType tokenExpiresIn tokenExpiry passwordStrength passwordMinLength
      hasPassword isPasswordSet showPassword forgotPassword passwordUpdatedAt withCredentials csrfEnabled
      xsrfCookieName xsrfHeaderName secretName tokenCount apiKeyName`,
  },
  php: {
    secret: `PHPSESSID passwd pwd user_pass pma_password auth[password] mysql_pass db_pass ftp_pass smtp_pass
      pass login_password password[] passwords[0] pswd txtPassword login[passwd] sesskey logintoken form_token`,
    ordinary: `PHP_SELF REQUEST_TIME pma_username pma_servername auth_type pass_rate pass_count passed passing
      passengers passenger_name bypass compass passport passport_number pinned pinning shipping opinion typing
      spinner pins_count module option Itemid form_build_id form_id op submit MAX_FILE_SIZE session_name
      session.gc_maxlifetime session.cookie_lifetime session.use_cookies`,
  },
  wordPress: {
    secret: `pwd pass1 pass2 pass1-text user_pass _wpnonce X-WP-Nonce post_password application_password
      woocommerce_consumer_secret wp_pass rp_key.reset_key consumer_secret jwt_auth_secret_key account_password
      password_1 password_2`,
    ordinary: `log rememberme testcookie redirect_to wp-submit post_ID post_type comment_status _wp_http_referer
      user_login pass_strength display_name author author_name consumer_name meta_key meta_value orderby
      cookie_consent wordpress_test_cookie pw_weak interim-login preview_id post_author_override sticky
      author_exclude`,
  },
  oauth: {
    secret: `access_token refresh_token id_token client_secret client_assertion assertion code_verifier
      subject_token actor_token device_code oauth_token oauth_signature oauth_verifier oauth_token_secret
      id_token_hint authorization_code registration_access_token initial_access_token Authorization
      Proxy-Authorization bearer_token token request_token logout_token software_statement.token refreshTokens
      X-Forwarded-Access-Token X-Auth-Request-Access-Token DPoP client-secret-id clientSecretValue
      login_ticket.token`,
    ordinary: `client_id grant_type response_type redirect_uri scope state nonce token_type token_type_hint
      expires_in issued_token_type requested_token_type subject_token_type actor_token_type client_assertion_type
      audience resource code_challenge code_challenge_method login_hint prompt display ui_locales acr_values max_age
      response_mode error error_description error_uri oauth_consumer_key oauth_nonce oauth_timestamp
      oauth_signature_method oauth_version oauth_callback user_code.length verification_uri interval
      refresh_token_expires_in access_token_lifetime authorization_details DPoP-Nonce token_use`,
  },
  oidcDiscovery: {
    secret: `sid client_secret_value backchannel_logout_token request.jwt id_token.claims.jwt entity_token`,
    ordinary: `issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint
      introspection_endpoint revocation_endpoint end_session_endpoint check_session_iframe
      token_endpoint_auth_method token_endpoint_auth_methods_supported id_token_signing_alg_values_supported
      id_token_signed_response_alg id_token_encrypted_response_enc token_endpoint_auth_signing_alg_values_supported
      authorization_response_iss_parameter_supported require_pushed_authorization_requests
      pushed_authorization_request_endpoint backchannel_logout_session_required device_authorization_endpoint
      backchannel_token_delivery_modes_supported dpop_signing_alg_values_supported claims_supported session_state
      tls_client_certificate_bound_access_tokens bearer_methods_supported at_hash c_hash authorization_servers
      bearerFormat authorizationUrl tokenUrl`,
  },
  saml: {
    secret: `SAMLResponse SAMLart Signature SignatureValue samlAssertion saml_assertion EncryptedAssertion
      saml.privateKey artifactResolutionToken`,
    ordinary: `SAMLRequest RelayState SigAlg AssertionConsumerServiceURL AssertionConsumerServiceIndex
      NameIDFormat SignatureMethod SignatureAlgorithm Destination IssueInstant InResponseTo NotOnOrAfter
      AuthnContextClassRef SessionIndex SPNameQualifier DigestMethod DigestValue entityID WantAssertionsSigned`,
  },
  aws: {
    secret: `X-Amz-Signature X-Amz-Credential X-Amz-Security-Token AWSAccessKeyId aws_access_key_id
      aws_secret_access_key SecretAccessKey SessionToken AccessKeyId aws_session_token AuthorizationToken
      SecretString SecretBinary x-amz-server-side-encryption-customer-key x-amzn-oidc-accesstoken masterUserPassword
      CloudFront-Signature Authorization.Credential X-Amz-Access-Token x-aws-ec2-metadata-token`,
    ordinary: `X-Amz-Date X-Amz-Algorithm X-Amz-SignedHeaders X-Amz-Expires X-Amz-Content-Sha256 X-Amz-Target
      x-amz-request-id x-amz-id-2 SignatureVersion SignatureMethod NextToken nextToken ContinuationToken
      NextContinuationToken continuation-token StartingToken ClientRequestToken Key-Pair-Id
      x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id
      x-amz-server-side-encryption-customer-algorithm KeyId KmsKeyId PartitionKey partition_key sort_key SortKey
      HashKeyElement LastEvaluatedKey ExclusiveStartKey key-marker prefix delimiter max-keys list-type
      x-amzn-trace-id SecretName SecretArn TokenExpiration x-aws-ec2-metadata-token-ttl-seconds UserPoolClientName
      PasswordPolicy sqsMessageGroupId`,
  },
  gcp: {
    secret: `X-Goog-Signature X-Goog-Credential GoogleAccessId private_key key X-Goog-Api-Key
      X-Goog-Iam-Authorization-Token X-Goog-Iap-Jwt-Assertion x-goog-encryption-key X-Firebase-AppCheck.token
      private_key_data serviceAccountKey fcm_token firebase_token recaptcha_token g-recaptcha-response.token`,
    ordinary: `pageToken nextPageToken page_token next_page_token nextSyncToken syncToken pageSize X-Goog-Date
      X-Goog-Algorithm X-Goog-SignedHeaders X-Goog-Expires X-Goog-User-Project X-Goog-Request-Params
      X-Cloud-Trace-Context x-goog-encryption-algorithm x-goog-encryption-kms-key-name alt prettyPrint fields
      quotaUser uploadType kmsKeyName keyRing authUser project_number prevPageToken previousPageToken client_email
      auth_uri token_uri auth_provider_x509_cert_url`,
  },
  azure: {
    secret: `sig Ocp-Apim-Subscription-Key x-functions-key api-key AccountKey SharedAccessKey
      SharedAccessSignature x-ms-encryption-key sharedAccessToken client_secret primaryConnectionString.AccountKey
      adminPassword sas_token X-MS-TOKEN-AAD-ACCESS-TOKEN X-MS-TOKEN-AAD-ID-TOKEN X-ZUMO-AUTH.authToken
      subscription-key x-ms-cosmos.masterKey aeg-sas-key.accessKey aeg-sas-token secretText`,
    ordinary: `sv st se sr sp spr api-version x-ms-date x-ms-version x-ms-blob-type x-ms-request-id
      x-ms-client-request-id x-ms-continuation x-ms-continuationtoken $skiptoken $deltatoken skipToken
      x-ms-encryption-algorithm x-ms-encryption-scope x-ms-lease-id keyVaultUri keyName secretVersion secretUri
      PartitionKey RowKey NextPartitionKey NextRowKey x-ms-documentdb-partitionkey subscriptionId tenantId
      resourceGroup tokenProvider`,
  },
  payments: {
    secret: `card_number cardNumber card[number] source[card][number] payment_method_data[card][number]
      data[0][card_number] card[cvc] card[cvv] cvc cvv cvv2 cvc2 csc security_code card_security_code securityCode
      cc_number ccNumber cc-number cc-csc ccnum x_card_num pan primary_account_number stripe_token stripeToken
      payment_token Stripe-Signature PayPal-Transmission-Sig client_secret card_pin credit_card_number creditCard
      creditcard account_number accountNumber bank_account[account_number] debit_card_number card_token card_no
      acct_number webhook_secret payment_method_nonce.token cardCvv newCardNumber paypal_access_token card_cvv_code
      tokenizedPan encryptedCardNumber encryptedSecurityCode`,
    ordinary: `amount currency card_type card_brand cardBrand exp_month exp_year card[exp_month] cc-exp cc-name
      cc-type cardholder_name last4 card_last4 payment_method order_id invoice_number routing_number idempotency-key
      Idempotency-Key Stripe-Account Stripe-Version publishable_key transaction_id PayPal-Transmission-Id
      PayPal-Cert-Url PayPal-Auth-Algo PayPal-Request-Id account_id account_holder_name account_type bank_name
      expand[] starting_after ending_before receipt_number masked_card_number masked_pan card_count expand_card
      discard scorecard postcard cardinality account_balance accounting accountable cards_issued customer_number`,
  },
  graphQl: {
    secret: `variables.password variables.input.newPassword input.token variables.apiKey loginInput.password
      x-hasura-admin-secret x-apollo-key.apiKey input.credentials`,
    ordinary: `query operationName variables extensions extensions.persistedQuery.sha256Hash first after before
      last cursor endCursor hasNextPage input.id clientMutationId x-apollo-operation-name apollographql-client-name
      x-hasura-role x-hasura-user-id input.key_values orderBy`,
  },
  kubernetes: {
    secret: `token.data client-key.privateKey serviceAccountToken bootstrapToken stringData.password
      data.password data.token tls.key bearerToken impersonate.token dockerconfig.password X-Vault-Token
      vault.secret_id etcd-password joinToken certificateKey.secretKey X-Consul-Token X-Nomad-Token`,
    ordinary: `secretName secretRef secretKeyRef.name imagePullSecrets automountServiceAccountToken
      serviceAccountName namespace labelSelector fieldSelector resourceVersion limit continue timeoutSeconds watch
      fieldManager tokenExpirationSeconds secret_namespace sessionAffinity sessionAffinityConfig
      app.kubernetes.io/name configMapKeyRef topologyKey matchLabels keyType nodeAuthorizer secret-type token-ttl
      rotationPolicy X-Remote-User allowedTopologies publicKey`,
  },
  webhooks: {
    secret: `X-Hub-Signature X-Hub-Signature-256 Private-Token PRIVATE-TOKEN Job-Token Deploy-Token
      X-Gitlab-Token X-Github-Token X-Slack-Signature X-Twilio-Signature AuthToken trigger_token Webhook-Signature
      svix-signature X-Line-Signature X-Shopify-Hmac-Sha256 hmac X-Signature-Ed25519 X-Telegram-Bot-Api-Secret-Token
      webhookSecret X-Zm-Signature X-Pager-Token signing_secret slack.verification_token X-Trello-Webhook.secret
      secret_token bot_token X-Square-HmacSha256-Signature`,
    ordinary: `X-GitHub-Event X-GitHub-Delivery X-GitHub-Hook-ID X-Gitlab-Event X-Gitlab-Event-UUID
      X-Slack-Request-Timestamp X-Slack-Retry-Num AccountSid MessageSid SmsSid CallSid MessagingServiceSid
      RecordingSid ParentCallSid ConferenceSid team_domain channel_id response_url trigger_id webhook-id
      webhook-timestamp svix-id X-Signature-Timestamp X-Shopify-Topic X-Shopify-Shop-Domain repository.full_name
      installation.id secret_scanning_alert sender.login event_key deliveryId retry_count account_sid`,
  },
  healthAndBanking: {
    secret: `ssn patient_ssn memberSsn social_security_number pin userPin new_pin pinCode pin_code atm_pin iban
      accountNo bank_account_number member.accountNumber onlineBankingPassword epic.access_token smart.launch_token
      signing_key pin_block cardPan`,
    ordinary: `patient_id mrn icd_code npi_number date_of_birth diagnosis_code provider_id encounter_id
      policy_number claim_number prescription_id sort_code swift_code bic branch_code transfer_amount
      beneficiary_name value_date pinterest_id panel_id panels company companion expansion pancake japan span spanId
      prior_authorization lipid assigned signal sigma residence outside inside sidebar side siding cotopaxi optional
      options adopt laptop`,
  },
  mfa: {
    secret: `otp totp otp_code otpCode one_time_password one_time_code mfa_code mfaCode mfa_token
      two_factor_code twoFactorToken verification_code verificationCode backup_code backup_codes recovery_code
      recovery_codes recovery_token sms_code smsOtp totp_secret otpSecret passcode user_passcode passphrase
      ssh_passphrase webauthn.signature authenticatorData.signature X-GitHub-OTP X-Auth-OTP totpCode email_otp
      loginOtp auth_code access_code pin_token otps`,
    ordinary: `mfa_enabled mfa_type mfa_required otp_required otp_enabled otp_length otp_type otp_sent_at
      otp_channel otp_attempts two_factor_enabled two_factor_method factor_id challenge_id authenticator_attachment
      attestation userVerification rpId credential_type phone_number device_name trusted_device totp_enabled
      passcode_length totp_digits_count remember_device mfa_methods`,
  },
  languageModels: {
    secret: `openai_api_key x-api-key hf_token huggingface_token anthropic_api_key api_token`,
    ordinary: `max_tokens maxTokens max_new_tokens max_completion_tokens max_output_tokens maxOutputTokens
      prompt_tokens completion_tokens total_tokens input_tokens output_tokens cached_tokens reasoning_tokens
      num_tokens min_tokens token_count tokenCount promptTokenCount candidatesTokenCount totalTokenCount
      cache_read_input_tokens cache_creation_input_tokens prompt_tokens_details completion_tokens_details
      accepted_prediction_tokens audio_tokens eos_token_id pad_token_id bos_token max_tokens_to_sample
      x-ratelimit-remaining-tokens x-ratelimit-limit-tokens x-ratelimit-reset-tokens
      anthropic-ratelimit-tokens-remaining anthropic-ratelimit-input-tokens-limit token_limit tokens_per_second
      tokens_used remaining_tokens stop_tokens token_logprobs tokenizer tokenize tokenization tokens_remaining
      temperature top_p inputTokens outputTokens cacheReadInputTokens used_tokens token_budget num_prompt_tokens
      n_tokens time_to_first_token tokens_in tokens_out tokens_total inter_token_latency otp_verified
      generated_tokens`,
  },
  httpHeaders: {
    secret: `Cookie Set-Cookie Cookie2 X-Api-Key X-Auth-Token X-Auth-Token-V2 X-CSRF-Token X-Access-Token
      X-Session-Id X-Session-Token X-Client-Secret X-Forwarded-Authorization X-Password X-Auth X-Jwt X-User-Token
      Api-Key Sec-Token-Binding Sec-Private-State-Token X-Refresh-Token X-Signature X-Id-Token X-Authorization
      X-Cookie X-Amz-Cookie-Token X-Service-Token X-Internal-Secret DD-API-KEY X-Vault-Token X-Plex-Token
      CF-Access-Jwt-Assertion CF-Access-Client-Secret X-Nextcloud-Session.token X-Parse-Session-Token
      X-Parse-Master-Key X-Original-Authorization X-RapidAPI-Key X-MBX-APIKEY CB-ACCESS-PASSPHRASE
      DD-APPLICATION-KEY X-Cisco-Meraki-API-Key X-Auth-Key hub.verify_token X-Requested-Token X-Secret X-Token`,
    ordinary: `Host User-Agent Accept Accept-Language Content-Type Content-Length Content-Encoding ETag
      If-None-Match Date Last-Modified Cache-Control Expires Age Vary Via Server Connection Keep-Alive Upgrade
      Transfer-Encoding Sec-WebSocket-Key Sec-WebSocket-Accept Sec-WebSocket-Version WWW-Authenticate
      Proxy-Authenticate Access-Control-Allow-Credentials Access-Control-Allow-Origin X-Request-Id X-Correlation-Id
      X-Forwarded-For X-Forwarded-Proto traceparent tracestate b3 X-B3-TraceId X-B3-SpanId X-B3-Sampled
      Signature-Input Accept-Signature Public-Key-Pins Lock-Token If-Match Retry-After X-RateLimit-Limit
      X-Powered-By Surrogate-Key X-Cache-Key Authentication-Info Authentication-Results Timing-Allow-Origin
      Sec-Fetch-Site Sec-CH-UA X-Content-Type-Options X-Api-Version X-Auth-User X-Session-Count xkey Server-Timing
      Report-To Priority X-Auth-Method X-Token-Type X-Cookie-Consent`,
  },
  misc: {
    secret: `userpassword dbpassword mypassword rootpassword accesstoken authtoken refreshtoken usertoken
      apitoken clientsecret appsecret sharedsecret clientSecretId passwordConfirm password_hint password_reset_token
      password_reset_code secret_answer secretAnswer encryption_key private-key sessionID session_id sessId
      api_secret apisecret access-key secretKey secret.key signingKey SIGNING_KEY passwordhash bind_password
      ldap_password adminpassword passwd2 token1 token2 accountPassword wifi_password wpa_passphrase vpn.password
      secret_value tokenValue jwtToken token_hash nested[0].secret a.b.c.token user[credentials][pin] LoginPassword
      root_pass admin_pass smtpPassword csrf xsrf _xsrf _csrf_token csrf-token csrf_value cookie cookies
      keys.session.apikey otp1 signature hmac_signature request_signature url_signature password.old privateKey
      privatekey`,
    ordinary: `session_count pass_rate auth_method status_code secret_santa password_policy cookie_policy
      primary_key key_id public_key keyboard monkey donkey keyword keywords turkey hotkey key_name map_key cache_key
      sort_keys authority authors oauth_provider auth_provider author_id authentic country_code zip_code postal_code
      error_code promo_code discount_code product_code code_name barcode codec encode session_length session_type
      session_timeout sessions_per_day training_session number account card cardiology access private client_name
      secretary secretariat passive surpass trespass pass_through sidecar pinboard pinpoint spin spinach pinot
      signed significant signin signup design assign assignee sigmoid assertive asserts bearing cookie_banner
      cookie_settings cookies_accepted signature_count signature_status email_signature token_name token_symbol
      token_address token_id_count csrf_enabled session_duration pass_percentage password_required
      password_last_changed has_token is_secret cost cotton ascot hotspot pinyin api_version access_level
      access_count private_channel secret_count encryption_type account_status number_of_cards token_price
      signature_algorithm password_expires_at`,
  },
};
